// SPDX-License-Identifier: Apache-2.0
// says: coinfer: the output shape of this CONV_2D does not follow from its input shape and window
#include "network.hpp"

constexpr coinfer::TensorInfo too_wide = {7, coinfer::DataType::s8, {4, 5, 4}, 1.0F, -5, 192};
struct Wrong : toy::Conv1 {
  static constexpr auto& out = too_wide;
};
template struct coinfer::Conv2dStage<Wrong>;
