// SPDX-License-Identifier: Apache-2.0
#include "graph/operators/operator_view.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "graph/shape_text.hpp"

namespace coinfer::graph {
namespace {

static_assert(std::endian::native == std::endian::little, "constants of the file are read as they are");

template <class T>
std::vector<std::int64_t> widen(std::span<const std::uint8_t> data) {
  std::vector<std::int64_t> values;
  for (std::size_t at = 0; at + sizeof(T) <= data.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, data.data() + at, sizeof(T));
    values.push_back(value);
  }
  return values;
}

// Of a quantized type.
Clamp range_of(schema::TensorType type) {
  if (type == schema::TensorType::UINT8) return {0, 255};
  if (type == schema::TensorType::INT16) return {-32768, 32767};
  return {-128, 127};
}

void require_type(const FileTensor& tensor, schema::TensorType type, const char* role) {
  if (tensor.type == type) return;
  std::string message = std::string(role) + " " + describe(tensor) + " is not " + type_name(type);
  if (tensor.type == schema::TensorType::FLOAT32) {
    message += "; convert the model with full-integer int8 quantization";
  }
  OperatorView::refuse(message);
}

}  // namespace

const FileTensor& OperatorView::input(std::size_t position) const {
  require(has_input(position), "input " + std::to_string(position) + " is missing");
  return file_.tensors[static_cast<std::size_t>(op_.inputs[position])];
}

const FileTensor& OperatorView::output() const {
  return file_.tensors[static_cast<std::size_t>(op_.outputs.at(output_position_))];
}

const FileTensor& OperatorView::activation(std::size_t position, schema::TensorType type) const {
  const FileTensor& tensor = input(position);
  require_type(tensor, type, "input");
  require(tensor.data.empty(),
          "input " + describe(tensor) + " is a constant; only activations are supported there");
  return tensor;
}

const FileTensor& OperatorView::output(schema::TensorType type) const {
  require_type(output(), type, "output");
  return output();
}

const FileTensor& OperatorView::operand(std::size_t position) const {
  require_type(input(position), schema::TensorType::INT8, "input");
  return input(position);
}

bool OperatorView::knows_integers(std::size_t position) const {
  if (!has_input(position)) return false;
  const FileTensor& tensor = input(position);
  const bool integer = tensor.type == schema::TensorType::INT32 || tensor.type == schema::TensorType::INT64;
  return integer && (!tensor.data.empty() || folded_.contains(tensor.index));
}

std::vector<std::int64_t> OperatorView::integers(std::size_t position, const char* role) const {
  const FileTensor& tensor = input(position);
  require(knows_integers(position),
          std::string(role) + " " + describe(tensor) + " must be constant integers");
  const auto folded = folded_.find(tensor.index);
  if (folded != folded_.end()) return folded->second;
  return tensor.type == schema::TensorType::INT32 ? widen<std::int32_t>(tensor.data)
                                                  : widen<std::int64_t>(tensor.data);
}

std::string describe(const FileTensor& tensor) {
  return "'" + tensor.name + "' (" + shape_text(tensor.shape) + " " + type_name(tensor.type) + ")";
}

Shape shape_of(const FileTensor& tensor) {
  const std::size_t rank = tensor.shape.size();
  OperatorView::require(rank <= 4, describe(tensor) + " has more than 4 dimensions");
  OperatorView::require(rank < 4 || tensor.shape[0] == 1,
                        describe(tensor) + " has a batch of " +
                            std::to_string(rank == 0 ? 1 : tensor.shape[0]) + "; only batch 1 is supported");
  std::int32_t size[3] = {1, 1, 1};
  for (std::size_t i = 0; i < 3 && i < rank; ++i) size[2 - i] = tensor.shape[rank - 1 - i];
  return {size[0], size[1], size[2]};
}

std::size_t axis_of(const FileTensor& tensor, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(tensor.shape.size());
  OperatorView::require(axis >= -rank && axis < rank,
                        "axis " + std::to_string(axis) + " is outside of " + describe(tensor));
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

int spatial_axis(const FileTensor& tensor, std::int64_t axis) {
  const int spatial = static_cast<int>(axis_of(tensor, axis)) + 3 - static_cast<int>(tensor.shape.size());
  OperatorView::require(spatial >= 0, "axis " + std::to_string(axis) + " of " + describe(tensor) +
                                          " is the batch, which cannot be changed");
  return spatial;
}

void require_same_shape(const FileTensor& input, const FileTensor& output) {
  OperatorView::require(shape_of(input) == shape_of(output), "input " + describe(input) + " and output " +
                                                                 describe(output) + " have different shapes");
}

Quantization quantization_of(const FileTensor& tensor) {
  OperatorView::require(tensor.scales.size() == 1 && tensor.zero_points.size() <= 1,
                        describe(tensor) + " has " + std::to_string(tensor.scales.size()) +
                            " quantization scales; exactly one is supported for an activation");
  const std::int64_t zero_point = tensor.zero_points.empty() ? 0 : tensor.zero_points[0];
  const Clamp range = range_of(tensor.type);
  OperatorView::require(
      zero_point >= range.min && zero_point <= range.max,
      describe(tensor) + " has zero point " + std::to_string(zero_point) + ", outside of its type");
  return {tensor.scales[0], static_cast<std::int32_t>(zero_point)};
}

void require_quantization(const FileTensor& output, Quantization expected, const char* wanted) {
  const Quantization found = quantization_of(output);
  OperatorView::require(found.scale == expected.scale && found.zero_point == expected.zero_point,
                        "output " + describe(output) + " should have " + wanted);
}

void require_same_quantization(const FileTensor& a, const FileTensor& b) {
  const Quantization first = quantization_of(a);
  const Quantization second = quantization_of(b);
  // The tolerance is TensorFlow Lite's own.
  OperatorView::require(
      first.zero_point == second.zero_point && std::abs(first.scale - second.scale) <= 1e-6F,
      describe(a) + " and " + describe(b) + " have different scales or zero points");
}

void require_symmetric(const FileTensor& tensor) {
  OperatorView::require(quantization_of(tensor).zero_point == 0,
                        describe(tensor) + " has a zero point other than 0");
}

Clamp activation_clamp(Activation activation, const FileTensor& output) {
  const Clamp range = range_of(output.type);
  return activation_clamp(activation, quantization_of(output), range.min, range.max);
}

Clamp fused_clamp(schema::ActivationFunctionType type, const FileTensor& output) {
  return activation_clamp(activation_of(type), output);
}

Activation activation_of(schema::ActivationFunctionType type) {
  switch (type) {
    case schema::ActivationFunctionType::NONE:
      return Activation::none;
    case schema::ActivationFunctionType::RELU:
      return Activation::relu;
    case schema::ActivationFunctionType::RELU6:
      return Activation::relu6;
    case schema::ActivationFunctionType::RELU_N1_TO_1:
      return Activation::relu_n1_to_1;
    case schema::ActivationFunctionType::TANH:
    case schema::ActivationFunctionType::SIGN_BIT:
      break;
  }
  OperatorView::refuse("fused activation " + std::string(schema::EnumNameActivationFunctionType(type)) +
                       " is not supported; supported: NONE, RELU, RELU6, RELU_N1_TO_1");
}

}  // namespace coinfer::graph
