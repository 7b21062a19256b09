// SPDX-License-Identifier: Apache-2.0
// says: coinfer: the filter of this CONV_2D does not fit its input and output channels
#include "network.hpp"

constexpr auto too_few = toy::make_weights<9 * 3 * 3, 4, 4>(1, -9);
struct Wrong : toy::Conv1 {
  static constexpr auto& weights = too_few;
};
template struct coinfer::Conv2dStage<Wrong>;
