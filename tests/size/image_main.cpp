// SPDX-License-Identifier: Apache-2.0
// The smallest firmware that infers: its sizes are what a model costs. Never run; tests/firmware runs the same code.
#include "coinfer/device.hpp"
#include "coinfer_kernels/cortex_m.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/reference.hpp"
#include "net_model.hpp"

static coinfer::Device<net::Model, IMAGE_KERNELS, IMAGE_PART> device;

int main() {
  device.run();
  const coinfer::TensorInfo& last = *coinfer::Topology<net::Model>::stages[device.max_split - 1].output;
  return *static_cast<const volatile std::uint8_t*>(device.bytes(last));
}
