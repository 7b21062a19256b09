// SPDX-License-Identifier: Apache-2.0
// says: coinfer: this fallback class is not possible
#include "network.hpp"

using Head = coinfer::Device<toy::Model, Reference, coinfer::Head<2>>;
coinfer::Session<Head, coinfer::Fallback::exit> session;
