// SPDX-License-Identifier: Apache-2.0
// PAD, CONCATENATION, RESHAPE, TRANSPOSE, RESIZE_NEAREST_NEIGHBOR: values move, none changes.
#include "graph/operators/operator_view.hpp"

namespace coinfer::graph {
namespace {

std::int32_t& dimension(Shape& shape, int axis) {
  return axis == 0 ? shape.height : (axis == 1 ? shape.width : shape.channels);
}

// The new shape that RESHAPE states, where it states one: at most one element is -1 (whatever fits).
void require_stated_shape(const std::vector<std::int64_t>& stated, const FileTensor& output) {
  bool fits = stated.size() == output.shape.size();
  int unknown = 0;
  for (std::size_t i = 0; fits && i < stated.size(); ++i) {
    unknown += stated[i] == -1 ? 1 : 0;
    fits = stated[i] == -1 || stated[i] == output.shape[i];
  }
  OperatorView::require(fits && unknown <= 1,
                        "the shape it states is not that of its output " + describe(output));
}

}  // namespace

ImportedOperator import_pad(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  const std::size_t rank = input.shape.size();
  const std::vector<std::int64_t> paddings = view.integers(1, "paddings");
  view.require(paddings.size() == 2 * rank && output.shape.size() == rank,
               "paddings and output do not have the rank of the input " + describe(input));
  std::int64_t before[4] = {0, 0, 0, 0};  // batch, height, width, channels
  const Shape in = shape_of(input);
  const Shape out = shape_of(output);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t first = paddings[2 * i];
    const std::int64_t behind = paddings[2 * i + 1];
    // Each bounded before they are added: they may be any 64-bit numbers.
    view.require(first >= 0 && behind >= 0 && first < output.shape[i] && behind < output.shape[i] &&
                     input.shape[i] + first + behind == output.shape[i],
                 "paddings do not lead from " + describe(input) + " to " + describe(output));
    before[i + 4 - rank] = first;
  }
  Pad op;
  op.in = in;
  op.out = out;
  op.top = static_cast<std::int32_t>(before[1]);
  op.left = static_cast<std::int32_t>(before[2]);
  op.before = static_cast<std::int32_t>(before[3]);
  op.value = static_cast<std::int8_t>(quantization_of(output).zero_point);
  if (view.has_input(2)) {  // PADV2 names the value
    const FileTensor& value = view.input(2);
    view.require(value.type == schema::TensorType::INT8 && value.data.size() == 1,
                 "pad value " + describe(value) + " must be one constant int8");
    op.value = static_cast<std::int8_t>(value.data[0]);
  }
  return {op, {}, {input.index}};
}

ImportedOperator import_concatenation(const OperatorView& view) {
  const auto& options = view.options<schema::ConcatenationOptions>();
  view.require(options.fused_activation_function() == schema::ActivationFunctionType::NONE,
               "a fused activation is not supported here");
  view.require(view.input_count() <= max_ends, "has " + std::to_string(view.input_count()) +
                                                   " inputs, at most " + std::to_string(max_ends) +
                                                   " are supported");
  const FileTensor& output = view.output(schema::TensorType::INT8);
  const int axis = spatial_axis(output, options.axis());
  const Shape out = shape_of(output);
  ImportedOperator imported;
  Concatenation op;
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < view.input_count(); ++i) {
    const FileTensor& input = view.activation(i);
    require_same_quantization(input, output);
    const ConcatenationInput part{shape_of(input), out, static_cast<Axis>(axis),
                                  static_cast<std::int32_t>(offset)};
    Shape expected = out;
    Shape found = part.in;
    dimension(expected, axis) = dimension(found, axis);
    view.require(found == expected && input.shape.size() == output.shape.size(),
                 "input " + describe(input) + " does not fit the output " + describe(output));
    offset += dimension(found, axis);
    view.require(offset <= output.elements, "inputs are larger than the output " + describe(output));
    op.parts.push_back(part);
    imported.inputs.push_back(input.index);
  }
  Shape total = out;
  view.require(offset == dimension(total, axis), "inputs do not fill the output " + describe(output));
  imported.op = op;
  return imported;
}

ImportedOperator import_squeeze(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  view.require(input.elements == output.elements,
               "input " + describe(input) + " and output " + describe(output) + " have different sizes");
  require_same_quantization(input, output);
  return {Reshape{shape_of(input), shape_of(output)}, {}, {input.index}};
}

ImportedOperator import_reshape(const OperatorView& view) {
  if (view.has_input(1)) require_stated_shape(view.integers(1, "new shape"), view.output());
  return import_squeeze(view);
}

ImportedOperator import_transpose(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  const std::vector<std::int64_t> axes = view.integers(1, "permutation");
  const std::size_t rank = input.shape.size();
  view.require(axes.size() == rank && output.shape.size() == rank && rank <= 4,
               "permutation and output do not have the rank of the input " + describe(input));
  // By axis of batch, height, width, channels, whatever the rank.
  std::int64_t from[4] = {0, 1, 2, 3};
  unsigned seen = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    view.require(axes[i] >= 0 && axes[i] < static_cast<std::int64_t>(rank),
                 "permutation names no axis of the input");
    from[i + 4 - rank] = axes[i] + 4 - static_cast<std::int64_t>(rank);
    seen |= 1U << axes[i];
    view.require(input.shape[static_cast<std::size_t>(axes[i])] == output.shape[i],
                 "output " + describe(output) + " is not the permuted shape of " + describe(input));
  }
  view.require(seen == (1U << rank) - 1, "permutation names an axis twice");
  view.require(from[0] == 0, "moving the batch axis is not supported");
  Transpose op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  for (int i = 0; i < 3; ++i) op.permutation[i] = static_cast<std::int8_t>(from[i + 1] - 1);
  return {op, {}, {input.index}};
}

ImportedOperator import_resize_nearest_neighbor(const OperatorView& view) {
  const auto& options = view.options<schema::ResizeNearestNeighborOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  view.require(input.shape.size() == 4 && output.shape.size() == 4,
               "input and output should have 4 dimensions");
  ResizeNearestNeighbor op;
  op.in = shape_of(input);
  op.out = shape_of(output);
  const std::vector<std::int64_t> size = view.integers(1, "size");
  view.require(
      size.size() == 2 && size[0] == op.out.height && size[1] == op.out.width &&
          op.in.channels == op.out.channels,
      "output " + describe(output) + " does not fit the input " + describe(input) + " and the stated size");
  op.align_corners = options.align_corners();
  op.half_pixel_centers = options.half_pixel_centers();
  view.require(!(op.align_corners && op.half_pixel_centers),
               "align_corners with half_pixel_centers is not supported");
  return {op, {}, {input.index}};
}

}  // namespace coinfer::graph
