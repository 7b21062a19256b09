// SPDX-License-Identifier: Apache-2.0
// says: coinfer: this output is made by a stage that is not linked
#include "network.hpp"

coinfer::Device<toy::Model, Reference, coinfer::Head<3>> device;
const std::int8_t* scores() { return device.output<1>(); }
