// SPDX-License-Identifier: Apache-2.0
// PACK, SPACE_TO_DEPTH, DEPTH_TO_SPACE, RESIZE_BILINEAR.
#include "graph/operators/operator_view.hpp"
#include "graph/operators/windows.hpp"

namespace coinfer::graph {
namespace {

struct Blocks {
  const FileTensor& input;
  Shape in;
  Shape out;
};

Blocks blocks_of(const OperatorView& view) {
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  return {input, spatial_shape(input), spatial_shape(output)};
}

void require_blocks(const OperatorView& view, const Shape& fine, const Shape& coarse, std::int64_t block) {
  view.require(blocks_fit(fine, coarse, block), "a block of " + std::to_string(block) +
                                                    " does not lead from its input to output " +
                                                    describe(view.output()));
}

// Every position of an axis is computed in 32 bits, and has to stay inside the input.
void require_positions(const ResizeBilinear& op, std::int64_t in_size, std::int64_t out_size) {
  const bool corners = op.align_corners && out_size > 1;
  const std::int64_t from = corners ? in_size - 1 : in_size;
  const std::int64_t to = corners ? out_size - 1 : out_size;
  const std::int64_t scale = (op.one * from + to / 2) / to;
  const std::int64_t last = (out_size - 1) * scale + (op.half_pixel_centers ? scale / 2 - op.one / 2 : 0);
  OperatorView::require(in_size <= 1 << 20 && out_size <= 1 << 20 && last + op.one <= (1LL << 31) - 1 &&
                            last / op.one < in_size,
                        "a resize from " + std::to_string(in_size) + " to " + std::to_string(out_size) +
                            " is beyond the precision of its positions");
}

// The axis where the inputs come together, by output: its height, width or channels; -1: the batch.
int packed_axis(const FileTensor& output, std::int64_t axis) {
  return static_cast<int>(axis_of(output, axis)) + 3 - static_cast<int>(output.shape.size());
}

}  // namespace

ImportedOperator import_pack(const OperatorView& view) {
  const auto& options = view.options<schema::PackOptions>();
  const FileTensor& output = view.output(schema::TensorType::INT8);
  view.require(view.input_count() >= 1 && view.input_count() <= max_ends,
               "has " + std::to_string(view.input_count()) + " inputs, 1 to " + std::to_string(max_ends) +
                   " are supported");
  const int axis = packed_axis(output, options.axis());
  const auto at = static_cast<std::ptrdiff_t>(output.shape.size()) + axis - 3;
  std::vector<std::int32_t> expected = output.shape;
  expected.erase(expected.begin() + at);
  view.require(output.shape[static_cast<std::size_t>(at)] == static_cast<std::int64_t>(view.input_count()),
               "output " + describe(output) + " has not as many parts as there are inputs");
  const Shape out = shape_of(output);
  ImportedOperator imported;
  Concatenation op;
  op.name = "PACK";
  for (std::size_t i = 0; i < view.input_count(); ++i) {
    const FileTensor& input = view.activation(i);
    require_same_quantization(input, output);
    view.require(input.shape == expected,
                 "input " + describe(input) + " is not a part of output " + describe(output));
    if (view.input_count() == 1) return {Reshape{shape_of(input), out}, {}, {input.index}};
    const Shape part = with_size_along(static_cast<Axis>(axis), 1, out);
    view.require(part.height == shape_of(input).height, "packing rows of " + describe(input) +
                                                            " along axis " + std::to_string(options.axis()) +
                                                            " is not supported");
    op.parts.push_back({part, out, static_cast<Axis>(axis), static_cast<std::int32_t>(i)});
    imported.inputs.push_back(input.index);
  }
  imported.op = op;
  return imported;
}

ImportedOperator import_space_to_depth(const OperatorView& view) {
  const Blocks b = blocks_of(view);
  const std::int32_t block = view.options<schema::SpaceToDepthOptions>().block_size();
  require_blocks(view, b.in, b.out, block);
  return {SpaceToDepth{b.in, b.out, block}, {}, {b.input.index}};
}

ImportedOperator import_depth_to_space(const OperatorView& view) {
  const Blocks b = blocks_of(view);
  const std::int32_t block = view.options<schema::DepthToSpaceOptions>().block_size();
  require_blocks(view, b.out, b.in, block);
  return {DepthToSpace{b.in, b.out, block}, {}, {b.input.index}};
}

ImportedOperator import_resize_bilinear(const OperatorView& view) {
  const auto& options = view.options<schema::ResizeBilinearOptions>();
  const Blocks b = blocks_of(view);
  const std::vector<std::int64_t> size = view.integers(1, "size");
  view.require(size.size() == 2 && size[0] == b.out.height && size[1] == b.out.width &&
                   b.in.channels == b.out.channels,
               "output " + describe(view.output()) + " does not fit the input " + describe(b.input) +
                   " and the stated size");
  view.require(!(options.align_corners() && options.half_pixel_centers()),
               "align_corners with half_pixel_centers is not supported");
  const ResizeBilinear op{b.in, b.out, options.align_corners(), options.half_pixel_centers()};
  require_positions(op, b.in.height, b.out.height);
  require_positions(op, b.in.width, b.out.width);
  return {op, {}, {b.input.index}};
}

}  // namespace coinfer::graph
