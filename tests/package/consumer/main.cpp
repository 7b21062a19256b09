// SPDX-License-Identifier: Apache-2.0
// A network of one stage by hand: the least that shows the headers and kernels are found and work.
#include <coinfer/device.hpp>
#include <coinfer/stages.hpp>
#include <coinfer_kernels/portable.hpp>
#include <cstdio>

namespace {

constexpr coinfer::TensorInfo in = {0, coinfer::DataType::s8, {1, 1, 4}, 1.0F, 0, 0};
constexpr coinfer::TensorInfo out = {1, coinfer::DataType::s8, {1, 1, 2}, 1.0F, 0, 4};
constexpr coinfer::StageWeights<8, 2, 1> dense_weights = {
    {10, -10}, {1 << 30}, {1}, {1, 1, 1, 1, -1, -1, -1, -1}};

struct Dense {
  static constexpr auto& in = ::in;
  static constexpr auto& out = ::out;
  static constexpr int input_depth = 4;
  static constexpr coinfer::Clamp clamp = {};
  static constexpr bool per_channel = false;
  static constexpr auto& weights = dense_weights;
};

struct Model {
  static constexpr std::uint8_t identity[32] = {};
  using Rounding = coinfer::rounding::Double;
  using Layout = coinfer::layout::TensorFlow;
  using Stages = coinfer::StageList<coinfer::FullyConnectedStage<Dense>>;
  static constexpr const coinfer::TensorInfo* inputs[] = {&in};
  static constexpr const coinfer::TensorInfo* outputs[] = {&out};
  static constexpr std::uint8_t exit_of_output[] = {0};
  static constexpr std::int32_t arena_bytes = 8;
};

coinfer::Device<Model, coinfer::kernels::Portable> device;

}  // namespace

int main() {
  for (int i = 0; i < 4; ++i) device.input()[i] = static_cast<std::int8_t>(i + 1);
  device.run();
  std::printf("%d %d\n", device.output()[0], device.output()[1]);
  return device.output()[0] == 20 && device.output()[1] == -20 ? 0 : 1;
}
