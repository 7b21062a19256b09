// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace {

using namespace coinfer::evaluate;

TEST(AreaUnderRoc, IsTheShareOfPairsInTheRightOrder) {
  const double scores[] = {0.1, 0.4, 0.35, 0.8};
  const int labels[] = {0, 0, 1, 1};
  EXPECT_DOUBLE_EQ(area_under_roc(scores, labels), 0.75);
}

TEST(AreaUnderRoc, CountsTiesHalf) {
  const double scores[] = {1.0, 1.0, 1.0, 2.0};
  const int labels[] = {0, 1, 0, 5};
  EXPECT_DOUBLE_EQ(area_under_roc(scores, labels), 0.75);
}

TEST(AreaUnderRoc, NeedsBothKinds) {
  const double scores[] = {1.0, 2.0};
  const int labels[] = {0, 0};
  EXPECT_TRUE(std::isnan(area_under_roc(scores, labels)));
}

TEST(RealValues, FollowTypeScaleAndZeroPoint) {
  coinfer::graph::Tensor tensor;
  tensor.shape.channels = 2;
  tensor.scale = 0.5F;
  tensor.zero_point = -2;
  const std::uint8_t bytes[] = {0xff, 0x03};
  EXPECT_EQ(real_values(tensor, bytes), (std::vector<float>{0.5F, 2.5F}));
  tensor.type = coinfer::DataType::u8;
  tensor.zero_point = 3;
  EXPECT_EQ(real_values(tensor, bytes), (std::vector<float>{126.0F, 0.0F}));
  tensor.type = coinfer::DataType::f32;
  const float values[] = {1.5F, -2.0F};
  std::uint8_t raw[8];
  std::memcpy(raw, values, sizeof raw);
  EXPECT_EQ(real_values(tensor, raw), (std::vector<float>{1.5F, -2.0F}));
}

TEST(ArgMax, IsTheFirstOfEqualOnes) {
  const float values[] = {1.0F, 3.0F, 3.0F};
  EXPECT_EQ(arg_max(values), 1);
}

}  // namespace
