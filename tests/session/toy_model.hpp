// SPDX-License-Identifier: Apache-2.0
// A small network by hand, with what makes splitting interesting: two exits, a shortcut (two tensors cross),
// an exit with two outputs of which one may be made in the head, a tensor that two stages rename.
//
//   0 conv1 -> 1 flat1 -> 2 early (exit 0)
//        \---> 3 conv2 -> 4 sum -> 5 flat2 -> 6 scores (exit 1) -> 7 chances (exit 1)
//         \--------------/
#pragma once

#include <coinfer/device.hpp>
#include <coinfer/stages.hpp>
#include <cstdint>

namespace toy {

// Weights of a fixed pseudo-random stream; the scale keeps the values spread over the int8 range.
template <std::int32_t filter_size, std::int32_t channels, std::int32_t scales>
constexpr auto make_weights(std::uint32_t seed, std::int8_t shift) {
  coinfer::StageWeights<filter_size, channels, scales> weights{};
  const auto next = [&seed] {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
  };
  for (auto& value : weights.filter) value = static_cast<std::int8_t>(static_cast<int>(next() % 255) - 127);
  for (auto& value : weights.bias) value = static_cast<std::int32_t>(next() % 4001) - 2000;
  for (auto& value : weights.multiplier) value = static_cast<std::int32_t>((1U << 30) + next() % (1U << 30));
  for (auto& value : weights.shift) value = shift;
  return weights;
}

namespace weights {
inline constexpr auto conv1 = make_weights<9 * 3 * 4, 4, 4>(11, -9);
inline constexpr auto early = make_weights<64 * 10, 10, 1>(22, -9);
inline constexpr auto conv2 = make_weights<9 * 4 * 4, 4, 4>(33, -9);
inline constexpr auto scores = make_weights<64 * 6, 6, 1>(44, -9);
}  // namespace weights

namespace tensors {
using coinfer::DataType;
using coinfer::TensorInfo;
inline constexpr TensorInfo input = {0, DataType::s8, {8, 8, 3}, 1.0F, 3, 0};
inline constexpr TensorInfo conv1 = {7, DataType::s8, {4, 4, 4}, 1.0F, -5, 192};
inline constexpr TensorInfo flat1 = {8, DataType::s8, {1, 1, 64}, 1.0F, -5, 192};
inline constexpr TensorInfo early = {9, DataType::s8, {1, 1, 10}, 1.0F, 0, 256};
inline constexpr TensorInfo conv2 = {10, DataType::s8, {4, 4, 4}, 1.0F, 4, 0};
inline constexpr TensorInfo sum = {11, DataType::s8, {4, 4, 4}, 1.0F, 1, 64};
inline constexpr TensorInfo flat2 = {12, DataType::s8, {1, 1, 64}, 1.0F, 1, 64};
inline constexpr TensorInfo scores = {14, DataType::s8, {1, 1, 6}, 1.0F, 0, 272};
inline constexpr TensorInfo chances = {15, DataType::s8, {1, 1, 6}, 1.0F / 256, -128, 280};
}  // namespace tensors

struct Conv1 {
  static constexpr auto& in = tensors::input;
  static constexpr auto& out = tensors::conv1;
  static constexpr auto window = coinfer::window(3, 3).stride(2, 2);
  static constexpr coinfer::Clamp clamp = {};
  static constexpr bool per_channel = true;
  static constexpr auto& weights = weights::conv1;
};
struct Flat1 {
  static constexpr auto& in = tensors::conv1;
  static constexpr auto& out = tensors::flat1;
};
struct Early {
  static constexpr auto& in = tensors::flat1;
  static constexpr auto& out = tensors::early;
  static constexpr int input_depth = 64;
  static constexpr coinfer::Clamp clamp = {};
  static constexpr bool per_channel = false;
  static constexpr auto& weights = weights::early;
};
struct Conv2 {
  static constexpr auto& in = tensors::conv1;
  static constexpr auto& out = tensors::conv2;
  static constexpr auto window = coinfer::window(3, 3).pad(1, 1);
  static constexpr coinfer::Clamp clamp = {};
  static constexpr bool per_channel = true;
  static constexpr auto& weights = weights::conv2;
};
struct Sum {
  static constexpr auto& first = tensors::conv1;
  static constexpr auto& second = tensors::conv2;
  static constexpr auto& out = tensors::sum;
  static constexpr coinfer::Add params = {
      tensors::sum.shape, {-5, 1 << 30, 0}, {4, 1 << 30, 0}, 1, 1 << 30, -19, {}};
};
struct Flat2 {
  static constexpr auto& in = tensors::sum;
  static constexpr auto& out = tensors::flat2;
};
struct Scores {
  static constexpr auto& in = tensors::flat2;
  static constexpr auto& out = tensors::scores;
  static constexpr int input_depth = 64;
  static constexpr coinfer::Clamp clamp = {};
  static constexpr bool per_channel = false;
  static constexpr auto& weights = weights::scores;
};
struct Chances {
  static constexpr auto& in = tensors::scores;
  static constexpr auto& out = tensors::chances;
  static constexpr coinfer::Softmax params = {tensors::scores.shape, 1 << 30, 21, -1000};
};

struct Model {
  static constexpr std::uint8_t identity[32] = {0xC0, 0x1F, 0xE2, 1, 2, 3};
  using Rounding = coinfer::rounding::Double;
  using Layout = coinfer::layout::TensorFlow;
  using Stages = coinfer::StageList<coinfer::Conv2dStage<Conv1>, coinfer::ReshapeStage<Flat1>,
                                    coinfer::FullyConnectedStage<Early>, coinfer::Conv2dStage<Conv2>,
                                    coinfer::AddStage<Sum>, coinfer::ReshapeStage<Flat2>,
                                    coinfer::FullyConnectedStage<Scores>, coinfer::SoftmaxStage<Chances>>;
  static constexpr const coinfer::TensorInfo* inputs[] = {&tensors::input};
  static constexpr const coinfer::TensorInfo* outputs[] = {&tensors::early, &tensors::scores,
                                                           &tensors::chances};
  static constexpr std::uint8_t exit_of_output[] = {0, 1, 1};
  static constexpr std::int32_t arena_bytes = 288;
};

}  // namespace toy
