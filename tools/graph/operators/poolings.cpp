// SPDX-License-Identifier: Apache-2.0
// AVERAGE_POOL_2D, MAX_POOL_2D.
#include "graph/operators/operator_view.hpp"
#include "graph/operators/windows.hpp"

namespace coinfer::graph {
namespace {

template <class Pool>
ImportedOperator import_pool_2d(const OperatorView& view) {
  const auto& options = view.options<schema::Pool2DOptions>();
  const FileTensor& input = view.activation(0);
  const FileTensor& output = view.output(schema::TensorType::INT8);
  require_same_quantization(input, output);
  Pool op;
  op.in = spatial_shape(input);
  op.out = spatial_shape(output);
  view.require(op.in.channels == op.out.channels, "input " + describe(input) + " and output " +
                                                      describe(output) + " have different channel counts");
  const WindowOptions window{
      options.filter_height(), options.filter_width(), options.stride_h(), options.stride_w(), 1, 1,
      options.padding()};
  op.window = window_of(window, op.in, op.out);
  view.require(std::int64_t{op.window.height} * op.window.width <= 1 << 23,
               "window is too large");  // 2^23 * 2^8: int32
  op.clamp = activation_clamp(activation_of(options.fused_activation_function()), quantization_of(output),
                              -128, 127);
  return {op, {}, {input.index}};
}

}  // namespace

ImportedOperator import_average_pool_2d(const OperatorView& view) {
  return import_pool_2d<AveragePool2d>(view);
}

ImportedOperator import_max_pool_2d(const OperatorView& view) { return import_pool_2d<MaxPool2d>(view); }

}  // namespace coinfer::graph
