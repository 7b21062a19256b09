// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

using kernels::Reference;
using Rule = rounding::Double;
using Bytes = std::vector<std::int8_t>;

template <class Params>
Input<std::int8_t> random_input(const Params& p, Random& random) {
  return {p.in, random.elements<std::int8_t>(p.in.elements()),
          [p](RowRange rows) { return p.input_rows(rows); }};
}

// begin and stride of `count` elements that lie within `size`.
void random_axis(std::int32_t size, std::int32_t& begin, std::int32_t& stride, std::int32_t& count,
                 Random& random) {
  count = random.between(1, size);
  const std::int32_t most = count > 1 ? (size - 1) / (count - 1) : 3;
  stride = random.between(1, most < 3 ? most : 3);
  const std::int32_t span = (count - 1) * stride;
  begin = random.between(0, size - 1 - span);
  if (random.one_in(3)) {
    begin += span;
    stride = -stride;
  }
}

TEST(Kernels, StridedSlice) {
  for_random_cases([](Random& random) {
    StridedSlice p;
    p.in = random.shape(9, 9, 9);
    random_axis(p.in.height, p.begin[0], p.stride[0], p.taken.height, random);
    random_axis(p.in.width, p.begin[1], p.stride[1], p.taken.width, random);
    random_axis(p.in.channels, p.begin[2], p.stride[2], p.taken.channels, random);
    p.out = p.taken;
    if (p.taken.width == 1 && random.one_in(2)) p.out = {1, p.taken.height, p.taken.channels};
    check_rows<std::int8_t, std::int8_t>(
        {random_input(p, random)}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template strided_slice_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Gather) {
  for_random_cases([](Random& random) {
    Gather p;
    p.in = p.out = random.shape(6, 6, 9);
    p.axis = static_cast<Axis>(random.between(0, 2));
    std::int32_t& size =
        p.axis == Axis::height ? p.out.height : (p.axis == Axis::width ? p.out.width : p.out.channels);
    std::vector<std::int32_t> positions(static_cast<std::size_t>(random.between(1, 8)));
    for (std::int32_t& position : positions) position = random.between(0, size - 1);
    size = static_cast<std::int32_t>(positions.size());
    check_rows<std::int8_t, std::int8_t>(
        {random_input(p, random)}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template gather_s8<Rounding>(p, positions.data(), in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, SpaceToDepthAndBack) {
  for_random_cases([](Random& random) {
    const std::int32_t block = random.between(1, 3);
    const Shape coarse = random.shape(4, 4, 4);
    const Shape fine = {coarse.height * block, coarse.width * block, coarse.channels};
    const Shape deep = {coarse.height, coarse.width, coarse.channels * block * block};
    const SpaceToDepth p{fine, deep, block};
    check_rows<std::int8_t, std::int8_t>(
        {random_input(p, random)}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template space_to_depth_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
    const DepthToSpace q{deep, fine, block};
    check_rows<std::int8_t, std::int8_t>(
        {random_input(q, random)}, q.out, kernels::Portable::scratch_bytes(q),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template depth_to_space_s8<Rounding>(q, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, ResizeBilinear) {
  for_random_cases([](Random& random) {
    ResizeBilinear p;
    p.in = random.shape(8, 8, 6);
    p.out = {random.between(1, 17), random.between(1, 17), p.in.channels};
    p.align_corners = random.one_in(3);
    p.half_pixel_centers = !p.align_corners && random.one_in(2);
    check_rows<std::int8_t, std::int8_t>(
        {random_input(p, random)}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template resize_bilinear_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

template <class Params, class Kernel>
Bytes run(const Params& p, const Bytes& in, const Kernel& kernel) {
  Bytes out(static_cast<std::size_t>(p.out.elements()));
  kernel(p, whole_tensor(in.data(), p.in), whole_tensor(out.data(), p.out), RowRange{0, p.out.height},
         Scratch{});
  return out;
}

TEST(Specification, StridedSlice) {
  StridedSlice p;
  p.in = {2, 3, 2};
  p.out = p.taken = {1, 2, 1};
  p.begin[0] = 1;
  p.begin[1] = 2;
  p.begin[2] = 1;
  p.stride[1] = -2;
  const Bytes in = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  EXPECT_EQ(run(p, in, Reference::strided_slice_s8<Rule>), (Bytes{12, 8}));
  // The second column, its axis dropped.
  StridedSlice column;
  column.in = p.in;
  column.taken = {2, 1, 2};
  column.out = {1, 2, 2};
  column.begin[1] = 1;
  EXPECT_EQ(run(column, in, Reference::strided_slice_s8<Rule>), (Bytes{3, 4, 9, 10}));
}

TEST(Specification, SpaceToDepth) {
  const SpaceToDepth p{{2, 4, 1}, {1, 2, 4}, 2};
  const Bytes fine = {1, 2, 5, 6, 3, 4, 7, 8};
  EXPECT_EQ(run(p, fine, Reference::space_to_depth_s8<Rule>), (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  const DepthToSpace q{{1, 2, 4}, {2, 4, 1}, 2};
  EXPECT_EQ(run(q, {1, 2, 3, 4, 5, 6, 7, 8}, Reference::depth_to_space_s8<Rule>), fine);
}

TEST(Specification, Gather) {
  const Gather p{{1, 1, 3}, {1, 1, 4}, Axis::channels};
  const std::int32_t positions[] = {2, 2, 0, 1};
  Bytes out(4);
  const Bytes in = {5, 6, 7};
  Reference::gather_s8<Rule>(p, positions, whole_tensor(in.data(), p.in), whole_tensor(out.data(), p.out),
                             {0, 1}, {});
  EXPECT_EQ(out, (Bytes{7, 7, 5, 6}));
}

TEST(Specification, ResizeBilinearRoundsByItsRule) {
  ResizeBilinear p;
  p.in = {1, 2, 1};
  p.out = {1, 4, 1};
  EXPECT_EQ(run(p, {-3, 0}, Reference::resize_bilinear_s8<Rule>), (Bytes{-3, -2, 0, 0}));
  EXPECT_EQ(run(p, {-3, 0}, Reference::resize_bilinear_s8<rounding::Single>), (Bytes{-3, -1, 0, 0}));
  p.half_pixel_centers = true;
  EXPECT_EQ(run(p, {0, 100}, Reference::resize_bilinear_s8<Rule>), (Bytes{0, 25, 75, 100}));
  p.half_pixel_centers = false;
  p.align_corners = true;
  EXPECT_EQ(run(p, {0, 99}, Reference::resize_bilinear_s8<Rule>), (Bytes{0, 33, 66, 99}));
}

}  // namespace
}  // namespace coinfer::test
