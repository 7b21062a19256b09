// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "check_rows.hpp"

namespace coinfer::test {
namespace {

TEST(Kernels, Pad) {
  for_random_cases([](Random& random) {
    Pad p;
    p.in = random.shape(8, 8, 10);
    p.top = random.between(0, 3);
    p.left = random.between(0, 3);
    p.before = random.one_in(3) ? random.between(0, 3) : 0;
    p.out = {p.in.height + p.top + random.between(0, 3), p.in.width + p.left + random.between(0, 3),
             p.in.channels + p.before + (random.one_in(3) ? random.between(0, 3) : 0)};
    p.value = static_cast<std::int8_t>(random.zero_point());
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template pad_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Concatenation) {
  for_random_cases([](Random& random) {
    const Axis axis = static_cast<Axis>(random.between(0, 2));
    const Shape base = random.shape(6, 6, 10);
    std::vector<ConcatenationInput> parts;
    std::int32_t total = 0;
    for (std::int32_t count = random.between(1, 4); count > 0; --count) {
      ConcatenationInput part;
      part.axis = axis;
      part.offset = total;
      part.in = base;
      const std::int32_t size = random.between(1, 6);
      (axis == Axis::height ? part.in.height : (axis == Axis::width ? part.in.width : part.in.channels)) =
          size;
      total += size;
      parts.push_back(part);
    }
    Shape out = base;
    (axis == Axis::height ? out.height : (axis == Axis::width ? out.width : out.channels)) = total;
    std::vector<Input<std::int8_t>> inputs;
    for (ConcatenationInput& part : parts) {
      part.out = out;
      inputs.push_back({part.in, random.elements<std::int8_t>(part.in.elements()),
                        [part](RowRange rows) { return part.input_rows(rows); }});
    }
    check_rows<std::int8_t, std::int8_t>(
        inputs, out, 0,
        [&]<class Set, class Rounding>(const auto& in, auto out_rows, RowRange rows, Scratch scratch) {
          for (std::int32_t y = rows.begin; y < rows.end; ++y) {
            for (std::size_t i = 0; i < parts.size(); ++i) {
              Set::template concatenation_s8<Rounding>(parts[i], in[i], out_rows, RowRange{y, y + 1},
                                                       scratch);
            }
          }
        },
        random);
  });
}

TEST(Kernels, Reshape) {
  for_random_cases([](Random& random) {
    const std::array<std::int32_t, 3> factors = {random.between(1, 6), random.between(1, 6),
                                                 random.between(1, 6)};
    const Reshape p{{factors[0], factors[1], factors[2]}, {factors[2], factors[0], factors[1]}};
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }, true};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template reshape_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, Transpose) {
  for_random_cases([](Random& random) {
    Transpose p;
    p.in = random.shape(7, 7, 7);
    for (std::int32_t swaps = random.between(0, 4); swaps > 0; --swaps) {
      std::swap(p.permutation[random.between(0, 2)], p.permutation[random.between(0, 2)]);
    }
    const std::int32_t sizes[3] = {p.in.height, p.in.width, p.in.channels};
    p.out = {sizes[p.permutation[0]], sizes[p.permutation[1]], sizes[p.permutation[2]]};
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template transpose_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

TEST(Kernels, ResizeNearestNeighbor) {
  for_random_cases([](Random& random) {
    ResizeNearestNeighbor p;
    p.in = random.shape(9, 9, 10);
    p.out = {random.between(1, 20), random.between(1, 20), p.in.channels};
    p.align_corners = random.one_in(3);
    p.half_pixel_centers = !p.align_corners && random.one_in(2);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template resize_nearest_neighbor_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

}  // namespace
}  // namespace coinfer::test
