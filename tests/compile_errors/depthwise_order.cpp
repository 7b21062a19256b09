// SPDX-License-Identifier: Apache-2.0
// says: coinfer: the arena is planned for kernels that compute depthwise stages in another order
#include "network.hpp"

constexpr coinfer::Shape shape = {4, 4, 4};
constexpr coinfer::TensorInfo input = {0, coinfer::DataType::s8, shape, 1.0F, 0, 32};
constexpr coinfer::TensorInfo output = {1, coinfer::DataType::s8, shape, 1.0F, 0, 0};
constexpr auto filter = toy::make_weights<9 * 4, 4, 4>(1, -9);
struct Depthwise {
  static constexpr auto& in = input;
  static constexpr auto& out = output;
  static constexpr auto window = coinfer::window(3, 3).pad(1, 1);
  static constexpr coinfer::Clamp clamp = {};
  static constexpr bool per_channel = true;
  static constexpr auto& weights = filter;
};
struct Model : toy::Model {
  using Stages = coinfer::StageList<coinfer::DepthwiseConv2dStage<Depthwise>>;
  static constexpr const coinfer::TensorInfo* inputs[] = {&input};
  static constexpr const coinfer::TensorInfo* outputs[] = {&output};
  static constexpr std::uint8_t exit_of_output[] = {0};
};
struct ByChannel : Reference {
  static constexpr auto depthwise_order = coinfer::DepthwiseOrder::channels;
};
coinfer::Device<Model, Reference> by_rows;  // as planned
coinfer::Device<Model, ByChannel> by_channels;
