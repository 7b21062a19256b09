// SPDX-License-Identifier: Apache-2.0
// says: coinfer: the split point is out of range: it is 0 to the number of stages of the model
#include "network.hpp"

coinfer::Device<toy::Model, Reference, coinfer::Head<-1>> device;
