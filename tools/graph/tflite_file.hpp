// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tflite_generated.h"

// The .tflite file as it is, after the checks that need no knowledge of operators: the FlatBuffers verifier,
// every index in range, every size and buffer consistent. Throws ImportError.
namespace coinfer::graph {

// Inputs of one operator, and inputs and outputs of the network: their positions have 8 bits in generated
// headers and on the wire.
inline constexpr std::size_t max_ends = 255;

struct FileTensor {
  std::int32_t index = 0;
  std::string name;  // printable, never empty
  schema::TensorType type = schema::TensorType::FLOAT32;
  std::vector<std::int32_t> shape;  // every element >= 1
  std::int64_t elements = 1;
  std::vector<float> scales;              // each finite and positive
  std::vector<std::int64_t> zero_points;  // as many as scales, or one, or none
  std::int32_t quantized_dimension = 0;
  bool is_variable = false;
  bool dynamic = false;                // a dimension besides the first is unknown to the file
  std::span<const std::uint8_t> data;  // of a constant, exactly elements * element size; else empty
};

struct FileOperator {
  std::int32_t index = 0;
  schema::BuiltinOperator code = schema::BuiltinOperator::CUSTOM;
  std::string code_name;             // "CONV_2D", or a custom operator's name
  std::vector<std::int32_t> inputs;  // tensor indices, -1: optional and absent
  std::vector<std::int32_t> outputs;
  const schema::Operator* options = nullptr;
};

// Refers to the bytes it was made from.
struct TfliteFile {
  std::string description;
  std::vector<FileTensor> tensors;  // one that nothing refers to has an index alone: it may have any shape
  std::vector<FileOperator> operators;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
};

// `bytes` must be aligned to 16 bytes.
TfliteFile parse_tflite(std::span<const std::uint8_t> bytes);

// 0 for types of no fixed size.
std::int64_t element_bytes(schema::TensorType type);
std::string type_name(schema::TensorType type);  // "int8"

}  // namespace coinfer::graph
