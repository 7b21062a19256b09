// SPDX-License-Identifier: Apache-2.0
// The reference's stages that only move elements, against small tensors written out by hand.
#include <algorithm>
#include <cmath>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Rule = rounding::Double;
using Bytes = std::vector<std::int8_t>;

Rows<const std::int8_t> rows_of(const Bytes& bytes, const Shape& shape) {
  return whole_tensor(bytes.data(), shape);
}

TEST(Specification, Pad) {
  Pad p;
  p.in = {1, 2, 2};
  p.out = {3, 4, 3};
  p.top = 1;
  p.left = 1;
  p.before = 1;
  p.value = 9;
  Bytes out(36);
  Reference::pad_s8<Rule>(p, rows_of({1, 2, 3, 4}, p.in), whole_tensor(out.data(), p.out), {0, 3}, {});
  const Bytes expected = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,  //
                          9, 9, 9, 9, 1, 2, 9, 3, 4, 9, 9, 9,  //
                          9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
  EXPECT_EQ(out, expected);
}

// Two tensors of 2 x 1 x 2 along each axis.
Bytes joined(Axis axis) {
  const Shape in = {2, 1, 2};
  Shape out = in;
  (axis == Axis::height ? out.height : (axis == Axis::width ? out.width : out.channels)) *= 2;
  Bytes bytes(8);
  const ConcatenationInput first{in, out, axis, 0};
  const ConcatenationInput second{in, out, axis, axis == Axis::width ? 1 : 2};
  Reference::concatenation_s8<Rule>(first, rows_of({1, 2, 3, 4}, in), whole_tensor(bytes.data(), out),
                                    {0, out.height}, {});
  Reference::concatenation_s8<Rule>(second, rows_of({5, 6, 7, 8}, in), whole_tensor(bytes.data(), out),
                                    {0, out.height}, {});
  return bytes;
}

TEST(Specification, Concatenation) {
  EXPECT_EQ(joined(Axis::height), (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(joined(Axis::width), (Bytes{1, 2, 5, 6, 3, 4, 7, 8}));
  EXPECT_EQ(joined(Axis::channels), (Bytes{1, 2, 5, 6, 3, 4, 7, 8}));
}

TEST(Specification, Transpose) {
  Transpose p;
  p.in = {1, 2, 3};
  p.out = {3, 1, 2};  // out[c][h][w] = in[h][w][c]
  p.permutation[0] = 2;
  p.permutation[1] = 0;
  p.permutation[2] = 1;
  Bytes out(6);
  Reference::transpose_s8<Rule>(p, rows_of({1, 2, 3, 4, 5, 6}, p.in), whole_tensor(out.data(), p.out), {0, 3},
                                {});
  EXPECT_EQ(out, (Bytes{1, 4, 2, 5, 3, 6}));
}

TEST(Specification, Reshape) {
  const Reshape p{{2, 3, 1}, {1, 2, 3}};
  Bytes out(6);
  Reference::reshape_s8<Rule>(p, rows_of({1, 2, 3, 4, 5, 6}, p.in), whole_tensor(out.data(), p.out), {0, 1},
                              {});
  EXPECT_EQ(out, (Bytes{1, 2, 3, 4, 5, 6}));
}

TEST(Specification, ResizeNearestNeighbor) {
  ResizeNearestNeighbor p;
  p.in = {1, 2, 1};
  p.out = {1, 4, 1};
  Bytes out(4);
  Reference::resize_nearest_neighbor_s8<Rule>(p, rows_of({1, 2}, p.in), whole_tensor(out.data(), p.out),
                                              {0, 1}, {});
  EXPECT_EQ(out, (Bytes{1, 1, 2, 2}));
}

// Every size up to 60 to every size up to 130, against the source's own functions; `volatile` keeps each
// step in single precision.
TEST(Specification, NearestPositionsAreTheSources) {
  for (const bool align_corners : {false, true}) {
    for (const bool half_pixel_centers : {false, true}) {
      const ResizeNearestNeighbor p{{}, {}, align_corners, half_pixel_centers};
      for (std::int32_t from = 1; from <= 60; ++from) {
        for (std::int32_t to = 1; to <= 130; ++to) {
          const volatile float scale = align_corners && to > 1
                                           ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
                                           : static_cast<float>(from) / static_cast<float>(to);
          for (std::int32_t i = 0; i < to; ++i) {
            const volatile float center = static_cast<float>(i) + (half_pixel_centers ? 0.5F : 0.0F);
            const volatile float position = center * scale;
            const float rounded = align_corners ? std::round(position) : std::floor(position);
            const std::int32_t expected = std::min(static_cast<std::int32_t>(rounded), from - 1);
            ASSERT_EQ(p.nearest(i, from, to), expected) << i << " of " << from << " to " << to;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace coinfer::test
