// SPDX-License-Identifier: Apache-2.0
// What follows from a model's topology alone: exits, what an exit needs, what crosses at a cut.
#include <gtest/gtest.h>

#include "coinfer/device.hpp"
#include "coinfer/stages.hpp"
#include "coinfer_kernels/reference.hpp"

namespace {

using coinfer::DataType;
using coinfer::TensorInfo;

// input -> a -> b -> deep; a -> shallow. The file lists the deep output first.
constexpr coinfer::Shape shape = {1, 1, 8};
constexpr TensorInfo input = {0, DataType::s8, shape, 1.0F, 0, 0};
constexpr TensorInfo a = {5, DataType::s8, shape, 1.0F, 0, 8};
constexpr TensorInfo shallow = {2, DataType::s8, shape, 1.0F, 0, 16};
constexpr TensorInfo b = {3, DataType::s8, shape, 1.0F, 0, 0};
constexpr TensorInfo deep = {4, DataType::s8, shape, 1.0F, 0, 24};

template <const TensorInfo& from, const TensorInfo& to>
struct Step {
  static constexpr auto& in = from;
  static constexpr auto& out = to;
  static constexpr coinfer::Requantize params = {shape, 0, 1, 1 << 30, 1, {-128, 127}};
};
template <const TensorInfo& from, const TensorInfo& to>
using Stage = coinfer::RequantizeStage<Step<from, to>>;

struct Model {
  using Rounding = coinfer::rounding::Double;
  using Layout = coinfer::layout::TensorFlow;
  using Stages = coinfer::StageList<Stage<input, a>, Stage<a, shallow>, Stage<a, b>, Stage<b, deep>>;
  static constexpr const TensorInfo* inputs[] = {&input};
  static constexpr const TensorInfo* outputs[] = {&deep, &shallow};
  static constexpr std::uint8_t exit_of_output[] = {1, 0};
  static constexpr std::int32_t arena_bytes = 32;
};

using Net = coinfer::Topology<Model>;
using Device = coinfer::Device<Model, coinfer::kernels::Reference>;
using Head = coinfer::Device<Model, coinfer::kernels::Reference, coinfer::Head<2>>;

TEST(Topology, ExitsAreCountedByDepthAndNotByPosition) {
  static_assert(Net::exit_count == 2);
  static_assert(Net::exit_in_head(0, 2) && !Net::exit_in_head(1, 3));
  static_assert(Net::deepest_exit_in_head(1) == -1 && Net::deepest_exit_in_head(2) == 0);
  static_assert(Device::fallback == coinfer::Fallback::full && Head::fallback == coinfer::Fallback::exit);
}

TEST(Topology, AnExitNeedsOnlyItsAncestors) {
  static_assert(Net::needed_for(0)[0] && Net::needed_for(0)[1] && !Net::needed_for(0)[2]);
  static_assert(!Net::needed_for(1)[1] && Net::needed_for(1)[2] && Net::needed_for(1)[3]);
}

TEST(Topology, CrossingTensorsOfACut) {
  static_assert(Net::crossing(0, 1).count == 1 && Net::crossing(0, 1).tensors[0] == &input);
  static_assert(Net::crossing(2, 1).count == 1 && Net::crossing(2, 1).tensors[0] == &a);
  static_assert(Net::crossing(2, 0).count == 0 && Net::crossing(4, 1).count == 0);
}

TEST(Topology, RunsWhatAnExitNeeds) {
  Device device;
  for (int i = 0; i < 8; ++i) device.input()[i] = static_cast<std::int8_t>(i);
  device.run(0, Device::stage_count, 0);
  EXPECT_EQ(device.output<1>()[3], 5);
  EXPECT_EQ(device.output<0>()[3], 0);  // not needed, not run
  device.run(2, Device::stage_count, 1);
  EXPECT_EQ(device.output<0>()[3], 6);
}

}  // namespace
