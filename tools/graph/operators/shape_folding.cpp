// SPDX-License-Identifier: Apache-2.0
// SHAPE, STRIDED_SLICE, PACK on integers known at import: what converters leave of "reshape to [batch, -1]".
#include <algorithm>
#include <cstddef>

#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {

std::vector<std::int64_t> fold_shape(const OperatorView& view) {
  const FileTensor& input = view.input(0);
  return {input.shape.begin(), input.shape.end()};
}

std::vector<std::int64_t> fold_strided_slice(const OperatorView& view) {
  const auto& options = view.options<schema::StridedSliceOptions>();
  view.require(view.knows_integers(0) && view.input(0).shape.size() == 1,
               "input " + describe(view.input(0)) +
                   " is not a list of integers known at import, as shape arithmetic needs");
  const std::vector<std::int64_t> values = view.integers(0, "input");
  const std::vector<std::int64_t> begin = view.integers(1, "begin");
  const std::vector<std::int64_t> end = view.integers(2, "end");
  const std::vector<std::int64_t> stride = view.integers(3, "strides");
  view.require(begin.size() == 1 && end.size() == 1 && stride.size() == 1 && stride[0] == 1 &&
                   options.ellipsis_mask() == 0 && options.new_axis_mask() == 0 && !options.offset(),
               "only a plain slice of one dimension with stride 1 is supported");
  const auto size = static_cast<std::int64_t>(values.size());
  const auto clamp_index = [size](std::int64_t index) {
    return std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
  };
  const std::int64_t first = (options.begin_mask() & 1) != 0 ? 0 : clamp_index(begin[0]);
  if ((options.shrink_axis_mask() & 1) != 0) {
    view.require(first < size, "begin is outside of its input");
    return {values[static_cast<std::size_t>(first)]};
  }
  const std::int64_t last = (options.end_mask() & 1) != 0 ? size : clamp_index(end[0]);
  view.require(first < last, "slice is empty");
  return {values.begin() + static_cast<std::ptrdiff_t>(first),
          values.begin() + static_cast<std::ptrdiff_t>(last)};
}

std::vector<std::int64_t> fold_pack(const OperatorView& view) {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < view.input_count(); ++i) {
    view.require(
        view.knows_integers(i) && view.input(i).elements == 1,
        "input " + describe(view.input(i)) + " is not an integer known at import, as shape arithmetic needs");
    values.push_back(view.integers(i, "input").at(0));
  }
  view.require(view.options<schema::PackOptions>().axis() == 0, "only axis 0 is supported");
  return values;
}

}  // namespace coinfer::graph
