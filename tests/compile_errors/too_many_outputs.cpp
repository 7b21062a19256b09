// SPDX-License-Identifier: Apache-2.0
// says: coinfer: a session can take at most 16 outputs of a network
#include "network.hpp"

struct Many : toy::Model {
  static constexpr const coinfer::TensorInfo* outputs[17] = {
      &toy::tensors::early,  &toy::tensors::early, &toy::tensors::early, &toy::tensors::early,
      &toy::tensors::early,  &toy::tensors::early, &toy::tensors::early, &toy::tensors::early,
      &toy::tensors::early,  &toy::tensors::early, &toy::tensors::early, &toy::tensors::early,
      &toy::tensors::early,  &toy::tensors::early, &toy::tensors::early, &toy::tensors::early,
      &toy::tensors::chances};
  static constexpr std::uint8_t exit_of_output[17] = {};
};
using Device = coinfer::Device<Many, Reference>;
coinfer::Session<Device> session;
