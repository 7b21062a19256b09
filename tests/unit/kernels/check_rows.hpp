// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "coinfer/overlap.hpp"
#include "coinfer/rounding.hpp"
#include "coinfer/weights.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/reference.hpp"
#include "row_store.hpp"

namespace coinfer::test {

// One input of a stage, and which of its rows some output rows need.
template <class T>
struct Input {
  Shape shape;
  std::vector<T> tensor;
  std::function<RowRange(RowRange)> rows;
  bool packed = false;             // the operator takes this input in one piece
  bool in_place = false;           // the output may lie exactly over this input
  bool by_channel = false;         // of a depthwise stage that a set may compute channel by channel
  bool channels_in_place = false;  // and then in place

  RowRange input_rows(RowRange out) const { return rows(out); }
};

template <class T>
using InputRows = std::vector<Rows<const T>>;

// Working memory of exactly the size asked for, so that the sanitizer sees any use beyond it.
struct ScratchStore {
  explicit ScratchStore(std::int32_t size) : bytes(static_cast<std::size_t>(size)) {}
  Scratch scratch() { return {bytes.data(), static_cast<std::int32_t>(bytes.size())}; }
  std::vector<std::uint8_t> bytes;
};

template <class Set, class Rounding, class In, class Out, class Kernel>
std::vector<Out> run_whole(const std::vector<Input<In>>& inputs, const Shape& out_shape, std::int32_t scratch,
                           const Kernel& kernel) {
  std::vector<Out> out(static_cast<std::size_t>(out_shape.elements()));
  InputRows<In> in;
  for (const Input<In>& input : inputs) in.push_back(whole_tensor(input.tensor.data(), input.shape));
  ScratchStore memory(scratch);
  kernel.template operator()<Set, Rounding>(in, whole_tensor(out.data(), out_shape),
                                            RowRange{0, out_shape.height}, memory.scratch());
  return out;
}

// The rows in random ranges; each range sees only the input rows that it asks for.
template <class Set, class Rounding, class In, class Out, class Kernel>
std::vector<Out> run_ranges(const std::vector<Input<In>>& inputs, const Shape& out_shape,
                            std::int32_t scratch, const Kernel& kernel, Random& random) {
  std::vector<Out> out(static_cast<std::size_t>(out_shape.elements()));
  for (RowRange range; range.begin < out_shape.height; range.begin = range.end) {
    range.end = random.between(range.begin + 1, out_shape.height);
    std::vector<RowStore<In>> stores;
    InputRows<In> in;
    for (const Input<In>& input : inputs) {
      const RowRange needed = input.rows(range);
      stores.emplace_back(input.shape, needed, input.packed, random);
      stores.back().load(input.tensor, needed);
      in.push_back(stores.back().const_rows());
    }
    RowStore<Out> result(out_shape, range, false, random);
    ScratchStore memory(scratch);
    kernel.template operator()<Set, Rounding>(in, result.rows(), range, memory.scratch());
    EXPECT_TRUE(result.untouched_outside(range)) << Set::name << ", rows from " << range.begin;
    result.store(out, range);
  }
  return out;
}

// With the output in the memory of one input, as far below it as it has to be or exactly over it.
template <class Set, class Rounding, class In, class Out, class Kernel>
std::vector<Out> run_overlapping(const std::vector<Input<In>>& inputs, std::size_t overlapped, bool in_place,
                                 const Shape& out_shape, std::int32_t scratch, const Kernel& kernel) {
  const Input<In>& input = inputs[overlapped];
  const auto size_of = [](auto element) { return static_cast<std::int32_t>(sizeof(element)); };
  std::int32_t distance = row_distance(input, input.shape.height, input.shape.row_elements() * size_of(In{}),
                                       out_shape.height, out_shape.row_elements() * size_of(Out{}));
  distance = in_place ? 0 : (distance + 3) / 4 * 4;
  std::vector<std::int32_t> arena(
      static_cast<std::size_t>(distance + (input.shape.elements() + out_shape.elements()) * 4));
  auto* bytes = reinterpret_cast<std::uint8_t*>(arena.data());
  std::memcpy(bytes + distance, input.tensor.data(), input.tensor.size() * sizeof(In));
  InputRows<In> in;
  for (const Input<In>& other : inputs) in.push_back(whole_tensor(other.tensor.data(), other.shape));
  in[overlapped] = whole_tensor(reinterpret_cast<const In*>(bytes + distance), input.shape);
  ScratchStore memory(scratch);
  auto* out = reinterpret_cast<Out*>(bytes);
  kernel.template operator()<Set, Rounding>(in, whole_tensor(out, out_shape), RowRange{0, out_shape.height},
                                            memory.scratch());
  return {out, out + out_shape.elements()};
}

template <class Set, class Rounding, class In, class Out, class Kernel>
void check_overlap(const std::vector<Out>& expected, const std::vector<Input<In>>& inputs,
                   const Shape& out_shape, std::int32_t scratch, const Kernel& kernel) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool by_channel = inputs[i].by_channel && Set::depthwise_order == DepthwiseOrder::channels;
    if (!by_channel) {
      const auto below =
          run_overlapping<Set, Rounding, In, Out>(inputs, i, false, out_shape, scratch, kernel);
      EXPECT_EQ(expected, below) << Set::name << ", output overlaps input " << i;
    }
    const bool in_place = by_channel ? inputs[i].channels_in_place : inputs[i].in_place;
    if (!in_place || sizeof(Out) > sizeof(In)) continue;
    const auto over = run_overlapping<Set, Rounding, In, Out>(inputs, i, true, out_shape, scratch, kernel);
    EXPECT_EQ(expected, over) << Set::name << ", in place of input " << i;
  }
}

template <class Rounding, class In, class Out, class Kernel>
void check_rounding(const std::vector<Input<In>>& inputs, const Shape& out_shape, std::int32_t scratch,
                    const Kernel& kernel, Random& random) {
  using kernels::Portable;
  using kernels::Reference;
  const auto expected = run_whole<Reference, Rounding, In, Out>(inputs, out_shape, 0, kernel);
  const auto in_ranges = run_ranges<Reference, Rounding, In, Out>(inputs, out_shape, 0, kernel, random);
  const auto portable = run_whole<Portable, Rounding, In, Out>(inputs, out_shape, scratch, kernel);
  const auto portable_ranges =
      run_ranges<Portable, Rounding, In, Out>(inputs, out_shape, scratch, kernel, random);
  EXPECT_EQ(expected, in_ranges) << "reference, row ranges";
  EXPECT_EQ(expected, portable) << "portable";
  EXPECT_EQ(expected, portable_ranges) << "portable, row ranges";
  check_overlap<Reference, Rounding>(expected, inputs, out_shape, 0, kernel);
  check_overlap<Portable, Rounding>(expected, inputs, out_shape, scratch, kernel);
}

// Expects the same bytes from both sets, whole, in row ranges and with overlapping input and output, under
// both rounding rules. kernel.operator()<Set, Rounding>(inputs, out, rows, scratch) runs the stage; `scratch`
// is what Portable asks for.
template <class In, class Out, class Kernel>
void check_rows(const std::vector<Input<In>>& inputs, const Shape& out_shape, std::int32_t scratch,
                const Kernel& kernel, Random& random) {
  check_rounding<rounding::Double, In, Out>(inputs, out_shape, scratch, kernel, random);
  check_rounding<rounding::Single, In, Out>(inputs, out_shape, scratch, kernel, random);
}

template <class Set, class Rounding, class In, class Out, class Kernel>
void check_set_rounding(const std::vector<Input<In>>& inputs, const Shape& out_shape, std::int32_t scratch,
                        const Kernel& kernel, Random& random) {
  const auto expected = run_whole<kernels::Reference, Rounding, In, Out>(inputs, out_shape, 0, kernel);
  const auto whole = run_whole<Set, Rounding, In, Out>(inputs, out_shape, scratch, kernel);
  const auto ranges = run_ranges<Set, Rounding, In, Out>(inputs, out_shape, scratch, kernel, random);
  EXPECT_EQ(expected, whole) << Set::name;
  EXPECT_EQ(expected, ranges) << Set::name << ", row ranges";
  check_overlap<Set, Rounding>(expected, inputs, out_shape, scratch, kernel);
}

// The same for one more set, whose working memory is `scratch`.
template <class Set, class In, class Out, class Kernel>
void check_set(const std::vector<Input<In>>& inputs, const Shape& out_shape, std::int32_t scratch,
               const Kernel& kernel, Random& random) {
  check_set_rounding<Set, rounding::Double, In, Out>(inputs, out_shape, scratch, kernel, random);
  check_set_rounding<Set, rounding::Single, In, Out>(inputs, out_shape, scratch, kernel, random);
}

// Runs `check(random)` for each case, up to the first one that fails.
template <class Check>
void for_random_cases(const Check& check) {
  for (int i = 0; i < case_count() && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    Random random(i);
    check(random);
  }
}

}  // namespace coinfer::test
