// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/import_error.hpp"
#include "graph/quantization.hpp"
#include "graph/tflite_file.hpp"

namespace coinfer::graph {

// Integer tensors whose value is known at import: computed from shapes alone. By tensor index.
using FoldedIntegers = std::map<std::int32_t, std::vector<std::int64_t>>;

// One operator of the file while it is imported. Every accessor checks what it returns and throws
// ImportError; the caller puts the operator's name in front of the message.
class OperatorView {
 public:
  OperatorView(const TfliteFile& file, const FileOperator& op, RoundingRule rounding,
               const FoldedIntegers& folded, std::size_t output_position = 0)
      : rounding_(rounding), file_(file), op_(op), folded_(folded), output_position_(output_position) {}

  RoundingRule rounding() const { return rounding_; }
  std::size_t input_count() const { return op_.inputs.size(); }
  bool has_input(std::size_t position) const {
    return position < op_.inputs.size() && op_.inputs[position] >= 0;
  }
  const FileTensor& input(std::size_t position) const;
  // One of the outputs: each is imported on its own.
  const FileTensor& output() const;
  std::size_t output_position() const { return output_position_; }
  std::size_t output_count() const { return op_.outputs.size(); }

  // Input `position`, which has to be an activation of that type.
  const FileTensor& activation(std::size_t position,
                               schema::TensorType type = schema::TensorType::INT8) const;
  const FileTensor& output(schema::TensorType type) const;

  // Input `position`, int8: an activation, or a constant of the file.
  const FileTensor& operand(std::size_t position) const;

  // Input `position`, which has to be known at import: a constant of the file or folded.
  std::vector<std::int64_t> integers(std::size_t position, const char* role) const;
  bool knows_integers(std::size_t position) const;

  // The operator's options table.
  template <class Options>
  const Options& options() const {
    const auto* table = op_.options->builtin_options_as<Options>();
    if (table == nullptr) throw ImportError("its options are missing from the file");
    return *table;
  }

  [[noreturn]] static void refuse(const std::string& what) { throw ImportError(what); }
  static void require(bool condition, const std::string& otherwise) {
    if (!condition) refuse(otherwise);
  }

 private:
  RoundingRule rounding_;
  const TfliteFile& file_;
  const FileOperator& op_;
  const FoldedIntegers& folded_;
  std::size_t output_position_;
};

// "'name' (1x2x3 int8)"
std::string describe(const FileTensor& tensor);

// Height, width, channels; the batch has to be 1.
Shape shape_of(const FileTensor& tensor);

// Index in the tensor's shape of axis `axis` (negative: from the end).
std::size_t axis_of(const FileTensor& tensor, std::int64_t axis);

// Index among height, width, channels of axis `axis` of `tensor` (negative: from the end).
int spatial_axis(const FileTensor& tensor, std::int64_t axis);

void require_same_shape(const FileTensor& input, const FileTensor& output);

// Scale and zero point of a tensor that is quantized as a whole.
Quantization quantization_of(const FileTensor& tensor);

// For operators whose output has a scale and zero point of its own: `wanted` names them.
void require_quantization(const FileTensor& output, Quantization expected, const char* wanted);

// For operators that move values without changing them.
void require_same_quantization(const FileTensor& a, const FileTensor& b);

// For int16 activations.
void require_symmetric(const FileTensor& tensor);

// The fused activation in the quantization of `output`, within the range of its type.
Clamp fused_clamp(schema::ActivationFunctionType type, const FileTensor& output);
Clamp activation_clamp(Activation activation, const FileTensor& output);

Activation activation_of(schema::ActivationFunctionType type);

// A difference of two 8-bit values may be shifted left by that much without leaving int32.
inline constexpr std::int32_t max_left_shift_of_8_bits = 22;

struct ImportedOperator {
  Operator op;
  Weights weights;
  std::vector<std::int32_t> inputs;      // tensor indices of the file
  std::vector<std::int8_t> constants{};  // Stage::constants
  std::vector<std::int32_t> states{};    // as inputs: the variable tensors that it reads and writes
};

ImportedOperator import_conv_2d(const OperatorView& view);
ImportedOperator import_depthwise_conv_2d(const OperatorView& view);
ImportedOperator import_transpose_conv(const OperatorView& view);
ImportedOperator import_batch_mat_mul(const OperatorView& view);
ImportedOperator import_fully_connected(const OperatorView& view);
ImportedOperator import_svdf(const OperatorView& view);
ImportedOperator import_unidirectional_sequence_lstm(const OperatorView& view);
ImportedOperator import_add(const OperatorView& view);
ImportedOperator import_average_pool_2d(const OperatorView& view);
ImportedOperator import_max_pool_2d(const OperatorView& view);
ImportedOperator import_mean(const OperatorView& view);
ImportedOperator import_sum(const OperatorView& view);
ImportedOperator import_reduce_max(const OperatorView& view);
ImportedOperator import_arg_max(const OperatorView& view);
ImportedOperator import_softmax(const OperatorView& view);
ImportedOperator import_log_softmax(const OperatorView& view);
ImportedOperator import_l2_normalization(const OperatorView& view);
ImportedOperator import_relu(const OperatorView& view);
ImportedOperator import_relu6(const OperatorView& view);
ImportedOperator import_relu_n1_to_1(const OperatorView& view);
ImportedOperator import_quantize(const OperatorView& view);
ImportedOperator import_dequantize(const OperatorView& view);
ImportedOperator import_cast(const OperatorView& view);
ImportedOperator import_pad(const OperatorView& view);
ImportedOperator import_concatenation(const OperatorView& view);
ImportedOperator import_reshape(const OperatorView& view);
ImportedOperator import_squeeze(const OperatorView& view);  // EXPAND_DIMS too: the file states the result
ImportedOperator import_transpose(const OperatorView& view);
ImportedOperator import_resize_nearest_neighbor(const OperatorView& view);
ImportedOperator import_sub(const OperatorView& view);
ImportedOperator import_mul(const OperatorView& view);
ImportedOperator import_minimum(const OperatorView& view);
ImportedOperator import_maximum(const OperatorView& view);
ImportedOperator import_prelu(const OperatorView& view);
ImportedOperator import_strided_slice(const OperatorView& view);
ImportedOperator import_slice(const OperatorView& view);
ImportedOperator import_split(const OperatorView& view);
ImportedOperator import_split_v(const OperatorView& view);
ImportedOperator import_unpack(const OperatorView& view);
ImportedOperator import_gather(const OperatorView& view);
ImportedOperator import_pack(const OperatorView& view);
ImportedOperator import_space_to_depth(const OperatorView& view);
ImportedOperator import_depth_to_space(const OperatorView& view);
ImportedOperator import_resize_bilinear(const OperatorView& view);
ImportedOperator import_logistic(const OperatorView& view);
ImportedOperator import_tanh(const OperatorView& view);
ImportedOperator import_hard_swish(const OperatorView& view);
ImportedOperator import_leaky_relu(const OperatorView& view);
ImportedOperator import_elu(const OperatorView& view);
ImportedOperator import_abs(const OperatorView& view);

// Shape arithmetic: the value of the output, which becomes a constant.
std::vector<std::int64_t> fold_shape(const OperatorView& view);
std::vector<std::int64_t> fold_strided_slice(const OperatorView& view);
std::vector<std::int64_t> fold_pack(const OperatorView& view);

}  // namespace coinfer::graph
