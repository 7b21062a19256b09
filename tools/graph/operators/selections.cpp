// SPDX-License-Identifier: Apache-2.0
// STRIDED_SLICE, SLICE, SPLIT, SPLIT_V, UNPACK, GATHER: some of a tensor's elements. Each output of an
// operator with several is a stage of its own.
#include <algorithm>

#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

// What is taken along one axis of the file's shape.
struct Range {
  std::int64_t begin = 0;
  std::int64_t stride = 1;
  std::int64_t count = 0;
  bool dropped = false;  // the axis is not one of the output's
};

using Ranges = std::vector<Range>;

Ranges everything(const FileTensor& input) {
  Ranges ranges;
  for (const std::int32_t size : input.shape) ranges.push_back({0, 1, size, false});
  return ranges;
}

void require_output_shape(const FileTensor& input, const Ranges& ranges, const FileTensor& output) {
  std::vector<std::int32_t> expected;
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    const Range& r = ranges[axis];
    const std::int64_t last = r.begin + (r.count - 1) * r.stride;
    OperatorView::require(
        r.count > 0 && std::min(r.begin, last) >= 0 && std::max(r.begin, last) < input.shape[axis],
        "what it takes is empty or outside of " + describe(input));
    if (!r.dropped) expected.push_back(static_cast<std::int32_t>(r.count));
  }
  OperatorView::require(output.shape == expected,
                        "output " + describe(output) + " does not fit what is taken of " + describe(input));
}

ImportedOperator take(const OperatorView& view, const char* name, const FileTensor& input,
                      const Ranges& ranges) {
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  require_output_shape(input, ranges, output);
  Slice op;
  op.name = name;
  op.in = shape_of(input);
  op.out = shape_of(output);
  std::int32_t counts[3] = {1, 1, 1};
  bool whole = true;
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    const Range& r = ranges[axis];
    whole = whole && r.count == input.shape[axis] && (r.stride == 1 || r.count == 1);
    if (axis + 3 < ranges.size()) continue;  // the batch
    const std::size_t spatial = axis + 3 - ranges.size();
    op.begin[spatial] = static_cast<std::int32_t>(r.begin);
    op.stride[spatial] = static_cast<std::int32_t>(r.count == 1 ? 1 : r.stride);
    counts[spatial] = static_cast<std::int32_t>(r.count);
  }
  if (whole) return {Reshape{op.in, op.out}, {}, {input.index}};
  op.taken = {counts[0], counts[1], counts[2]};
  view.require(op.keeps_rows() || op.out.height == 1,
               "dropping that axis of " + describe(input) + " is not supported");
  return {op, {}, {input.index}};
}

// One of several parts along one axis.
ImportedOperator take_part(const OperatorView& view, const char* name, const FileTensor& input,
                           std::int64_t axis, std::int64_t begin, std::int64_t count, bool dropped) {
  Ranges ranges = everything(input);
  ranges[axis_of(input, axis)] = {begin, 1, count, dropped};
  return take(view, name, input, ranges);
}

std::int64_t one_integer(const OperatorView& view, std::size_t position, const char* role) {
  const std::vector<std::int64_t> values = view.integers(position, role);
  view.require(values.size() == 1, std::string(role) + " should be one number");
  return values[0];
}

// Of one axis of STRIDED_SLICE; numbers from the file may be any.
// Source: tensorflow/lite/kernels/internal/strided_slice_logic.h.
struct SliceAxis {
  std::int64_t begin;
  std::int64_t end;
  std::int64_t stride;
  bool from_start;  // begin does not count
  bool to_end;      // end does not count
  bool one;         // only the element at `begin`, and the axis is dropped
};

Range range_of(SliceAxis a, std::int64_t size) {
  OperatorView::require(a.stride != 0, "a stride is 0");
  const std::int64_t stride = std::clamp(a.stride, -size - 1, size + 1);
  const std::int64_t lowest = stride > 0 ? 0 : -1;
  const auto place = [&](std::int64_t index) {
    const std::int64_t near = std::clamp(index, -2 * size - 2, 2 * size + 2);
    return std::clamp(near < 0 ? near + size : near, lowest, size + lowest);
  };
  const std::int64_t begin = a.from_start ? (stride > 0 ? 0 : size - 1) : place(a.begin);
  if (a.one) return {begin, 1, 1, true};
  const std::int64_t end = a.to_end ? (stride > 0 ? size : -1) : place(a.end);
  const std::int64_t span = stride > 0 ? end - begin : begin - end;
  const std::int64_t step = stride > 0 ? stride : -stride;
  return {begin, stride, span > 0 ? (span + step - 1) / step : 0, false};
}

}  // namespace

ImportedOperator import_strided_slice(const OperatorView& view) {
  const auto& options = view.options<schema::StridedSliceOptions>();
  const FileTensor& input = view.activation(0);
  const std::vector<std::int64_t> begin = view.integers(1, "begin");
  const std::vector<std::int64_t> end = view.integers(2, "end");
  const std::vector<std::int64_t> stride = view.integers(3, "strides");
  const std::size_t rank = input.shape.size();
  view.require(begin.size() == rank && end.size() == rank && stride.size() == rank,
               "begin, end and strides do not have the rank of the input " + describe(input));
  view.require(options.ellipsis_mask() == 0 && options.new_axis_mask() == 0 && !options.offset(),
               "an ellipsis, a new axis or an end counted from the begin is not supported");
  Ranges ranges;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const auto bit = [axis](std::int32_t mask) { return ((mask >> axis) & 1) != 0; };
    ranges.push_back(range_of({begin[axis], end[axis], stride[axis], bit(options.begin_mask()),
                               bit(options.end_mask()), bit(options.shrink_axis_mask())},
                              input.shape[axis]));
  }
  return take(view, "STRIDED_SLICE", input, ranges);
}

ImportedOperator import_slice(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const std::vector<std::int64_t> begin = view.integers(1, "begin");
  const std::vector<std::int64_t> size = view.integers(2, "size");
  view.require(begin.size() == input.shape.size() && size.size() == input.shape.size(),
               "begin and size do not have the rank of the input " + describe(input));
  Ranges ranges;
  for (std::size_t axis = 0; axis < begin.size(); ++axis) {
    const std::int64_t extent = input.shape[axis];
    view.require(begin[axis] >= 0 && begin[axis] < extent && size[axis] >= -1 && size[axis] <= extent,
                 "begin or size is outside of " + describe(input));
    ranges.push_back({begin[axis], 1, size[axis] == -1 ? extent - begin[axis] : size[axis], false});
  }
  return take(view, "SLICE", input, ranges);
}

ImportedOperator import_split(const OperatorView& view) {
  const FileTensor& input = view.activation(1);
  const std::int64_t axis = one_integer(view, 0, "axis");
  const auto parts = static_cast<std::int64_t>(view.output_count());
  const std::int64_t size = input.shape[axis_of(input, axis)];
  view.require(view.options<schema::SplitOptions>().num_splits() == parts && size % parts == 0,
               "its outputs are not equal parts of " + describe(input));
  const auto position = static_cast<std::int64_t>(view.output_position());
  return take_part(view, "SPLIT", input, axis, position * (size / parts), size / parts, false);
}

ImportedOperator import_split_v(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const std::int64_t axis = one_integer(view, 2, "axis");
  const std::int64_t extent = input.shape[axis_of(input, axis)];
  std::vector<std::int64_t> sizes = view.integers(1, "sizes");
  view.require(sizes.size() == view.output_count(), "it has not as many sizes as outputs");
  std::int64_t known = 0;
  for (const std::int64_t size : sizes) {
    view.require(size >= -1 && size <= extent, "a size is outside of " + describe(input));
    known += std::max<std::int64_t>(size, 0);
  }
  view.require(std::count(sizes.begin(), sizes.end(), -1) <= 1, "two of its sizes are unknown");
  std::replace(sizes.begin(), sizes.end(), std::int64_t{-1}, extent - known);
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < view.output_position(); ++i) begin += sizes[i];
  return take_part(view, "SPLIT_V", input, axis, begin, sizes[view.output_position()], false);
}

ImportedOperator import_unpack(const OperatorView& view) {
  const auto& options = view.options<schema::UnpackOptions>();
  const FileTensor& input = view.activation(0);
  const auto parts = static_cast<std::int64_t>(view.output_count());
  view.require(options.num() == parts && input.shape[axis_of(input, options.axis())] == parts,
               "it has not as many outputs as " + describe(input) + " along its axis");
  return take_part(view, "UNPACK", input, options.axis(), static_cast<std::int64_t>(view.output_position()),
                   1, true);
}

ImportedOperator import_gather(const OperatorView& view) {
  const auto& options = view.options<schema::GatherOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  const std::vector<std::int64_t> positions = view.integers(1, "positions");
  const std::size_t axis = axis_of(input, options.axis());
  view.require(options.batch_dims() == 0 && view.input(1).shape.size() <= 1,
               "only one list of positions is supported, without batch dimensions");
  for (const std::int64_t position : positions) {
    view.require(position >= 0 && position < input.shape[axis],
                 "position " + std::to_string(position) + " is outside of " + describe(input));
  }
  Ranges ranges = everything(input);
  const std::int64_t stride = positions.size() > 1 ? positions[1] - positions[0] : 1;
  ranges[axis] = {positions[0], stride, static_cast<std::int64_t>(positions.size()),
                  view.input(1).shape.empty()};
  bool even = stride != 0;
  for (std::size_t i = 1; i < positions.size(); ++i) even = even && positions[i] - positions[i - 1] == stride;
  if (even) return take(view, "GATHER", input, ranges);
  std::vector<std::int32_t> expected = input.shape;
  expected[axis] = static_cast<std::int32_t>(positions.size());
  view.require(output.shape == expected,
               "output " + describe(output) + " does not fit what is taken of " + describe(input));
  require_same_quantization(input, output);
  Selection op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  op.axis = static_cast<Axis>(spatial_axis(input, static_cast<std::int64_t>(axis)));
  op.positions.assign(positions.begin(), positions.end());
  return {op, {}, {input.index}};
}

}  // namespace coinfer::graph
