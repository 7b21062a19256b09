// SPDX-License-Identifier: Apache-2.0
// No mistake: shows that the cases fail for the reason they name.
#include "network.hpp"

struct SmallestArena : toy::Model {
  static constexpr std::int32_t arena_bytes = 286;
};
coinfer::Device<SmallestArena, Reference> device;
coinfer::Device<toy::Model, Reference, coinfer::Head<3>> head;
coinfer::Session<decltype(device)> session;
coinfer::Session<decltype(head), coinfer::Fallback::exit> session_of_head;
template struct coinfer::Conv2dStage<toy::Conv1>;
