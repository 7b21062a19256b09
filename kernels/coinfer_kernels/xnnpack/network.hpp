// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "coinfer/model.hpp"
#include "coinfer/ops/add.hpp"
#include "coinfer/ops/broadcast.hpp"
#include "coinfer/ops/conv_2d.hpp"
#include "coinfer/ops/depthwise_conv_2d.hpp"
#include "coinfer/ops/fully_connected.hpp"
#include "coinfer/ops/pad.hpp"
#include "coinfer/ops/pool_2d.hpp"
#include "coinfer/ops/quantize.hpp"
#include "coinfer/ops/reduction.hpp"
#include "coinfer/ops/reshape.hpp"
#include "coinfer/ops/resize_bilinear.hpp"
#include "coinfer/ops/transpose_conv.hpp"
#include "coinfer/weights.hpp"

// What the XNNPACK backend is told about a network: the same for a run-time
// graph and for a model that is a type. Host only (Linux devices and edge
// peers): it allocates when a plan is prepared.
namespace coinfer::kernels::xnnpack {

// An operator that XNNPACK may be able to run; monostate: never. Look-up tables (LOGISTIC, TANH, ELU) are
// not among them: XNNPACK's kernels are the same table, ours holds TensorFlow Lite's values.
using Operator =
    std::variant<std::monostate, Conv2d, DepthwiseConv2d, FullyConnected, TransposeConv, Add, BroadcastAdd,
                 Mul, AveragePool2d, MaxPool2d, Mean, Pad, Reshape, Requantize, ResizeBilinear>;

struct NetworkStage {
  Operator op;
  ChannelWeights weights{};               // layout::TensorFlow; must outlive the segments made from it
  const std::int8_t* constant = nullptr;  // second operand of a BroadcastAdd or Mul with one input
  std::vector<std::int32_t> inputs;       // indices into Network::tensors
  std::int32_t output = 0;
};

struct Network {
  std::vector<TensorInfo> tensors;  // arena offsets are not used
  std::vector<NetworkStage> stages;
};

}  // namespace coinfer::kernels::xnnpack
