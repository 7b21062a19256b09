// SPDX-License-Identifier: Apache-2.0
#include "graph/tflite_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/import_error.hpp"
#include "graph/shape_text.hpp"

namespace coinfer::graph {
namespace {

// Limits that no network for these devices comes near; they bound what a damaged file can make us allocate.
constexpr std::int64_t max_elements = std::int64_t{1} << 28;
constexpr std::size_t max_tensors = 65535;  // tensor numbers have 16 bits on the wire
constexpr std::size_t max_rank = 8;
constexpr std::size_t max_name = 1024;

// Names come from outside and end up in reports and on terminals.
std::string printable(const flatbuffers::String* text) {
  if (text == nullptr) return {};
  std::string result(text->c_str(), std::min<std::size_t>(text->size(), max_name));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return result;
}

std::string tensor_label(const FileTensor& tensor) {
  return "tensor " + std::to_string(tensor.index) + " '" + tensor.name + "'";
}

void read_shape(const schema::Tensor& from, FileTensor& to) {
  if (from.shape() != nullptr) to.shape.assign(from.shape()->begin(), from.shape()->end());
  if (to.shape.size() > max_rank) {
    throw ImportError(tensor_label(to) + ": has " + std::to_string(to.shape.size()) +
                      " dimensions, at most " + std::to_string(max_rank) + " are possible");
  }
  for (const std::int32_t size : to.shape) {
    if (size < 1) {
      throw ImportError(tensor_label(to) + ": shape " + shape_text(to.shape) +
                        " is dynamic or empty; convert the model with a fixed input shape");
    }
    to.elements *= size;
    if (to.elements > max_elements) {
      throw ImportError(tensor_label(to) + ": shape " + shape_text(to.shape) + " is too large");
    }
  }
  if (from.shape_signature() != nullptr) {
    for (flatbuffers::uoffset_t i = 1; i < from.shape_signature()->size(); ++i) {
      to.dynamic = to.dynamic || from.shape_signature()->Get(i) < 0;
    }
  }
}

void read_quantization(const schema::Tensor& from, FileTensor& to) {
  const auto* quantization = from.quantization();
  if (quantization == nullptr) return;
  if (quantization->details_type() != 0) {
    throw ImportError(tensor_label(to) + ": custom quantization; only scale and zero point are supported");
  }
  if (quantization->scale() != nullptr) {
    to.scales.assign(quantization->scale()->begin(), quantization->scale()->end());
  }
  if (quantization->zero_point() != nullptr) {
    // Byte by byte, because the verifier does not check that 8-byte elements are aligned.
    to.zero_points.resize(quantization->zero_point()->size());
    std::copy_n(quantization->zero_point()->Data(), to.zero_points.size() * sizeof(std::int64_t),
                reinterpret_cast<std::uint8_t*>(to.zero_points.data()));
  }
  to.quantized_dimension = quantization->quantized_dimension();
  for (const float scale : to.scales) {
    if (!std::isfinite(scale) || scale <= 0.0F) {
      throw ImportError(tensor_label(to) + ": a quantization scale is not a positive number");
    }
  }
  if (to.zero_points.size() > 1 && to.zero_points.size() != to.scales.size()) {
    throw ImportError(tensor_label(to) + ": " + std::to_string(to.scales.size()) + " scales but " +
                      std::to_string(to.zero_points.size()) + " zero points");
  }
}

void read_data(const schema::Model& model, const schema::Tensor& from, FileTensor& to) {
  const auto* buffers = model.buffers();
  const std::uint32_t index = from.buffer();
  if (index == 0) return;  // the format's empty buffer
  if (buffers == nullptr || index >= buffers->size() || buffers->Get(index) == nullptr) {
    throw ImportError(tensor_label(to) + ": buffer " + std::to_string(index) + " is not in the file");
  }
  const auto* buffer = buffers->Get(index);
  if (buffer->offset() > 1) {
    throw ImportError(tensor_label(to) +
                      ": data outside the FlatBuffers part (a file above 2 GiB) is not supported");
  }
  if (buffer->data() == nullptr || buffer->data()->size() == 0) return;
  if (from.sparsity() != nullptr) {
    throw ImportError(tensor_label(to) + ": sparse tensors are not supported; convert without sparsity");
  }
  const bool four_bits = to.type == schema::TensorType::INT4;  // two elements a byte
  const std::int64_t wanted = four_bits ? (to.elements + 1) / 2 : to.elements * element_bytes(to.type);
  if (wanted == 0) return;  // strings and the like: refused by whatever operator reads them
  if (std::int64_t{buffer->data()->size()} != wanted) {
    throw ImportError(tensor_label(to) + ": " + shape_text(to.shape) + " " + type_name(to.type) + " needs " +
                      std::to_string(wanted) + " bytes, its buffer has " +
                      std::to_string(buffer->data()->size()));
  }
  to.data = {buffer->data()->data(), buffer->data()->size()};
}

void read_tensor(const schema::Model& model, const schema::Tensor& from, FileTensor& tensor) {
  tensor.name = printable(from.name());
  if (tensor.name.empty()) tensor.name = "tensor_" + std::to_string(tensor.index);
  tensor.type = from.type();
  tensor.is_variable = from.is_variable();
  read_shape(from, tensor);
  read_quantization(from, tensor);
  read_data(model, from, tensor);
}

std::vector<std::int32_t> read_indices(const flatbuffers::Vector<std::int32_t>* from,
                                       std::size_t tensor_count, std::int32_t lowest,
                                       const std::string& owner) {
  std::vector<std::int32_t> indices;
  if (from == nullptr) return indices;
  indices.assign(from->begin(), from->end());
  for (const std::int32_t index : indices) {
    if (index < lowest || index >= static_cast<std::int32_t>(tensor_count)) {
      throw ImportError(owner + ": tensor " + std::to_string(index) + " is not in the file");
    }
  }
  return indices;
}

FileOperator read_operator(const schema::Model& model, const schema::Operator& from, std::int32_t index,
                           std::size_t tensor_count) {
  FileOperator op;
  op.index = index;
  op.options = &from;
  const auto* codes = model.operator_codes();
  const std::string owner = "operator " + std::to_string(index);
  if (codes == nullptr || from.opcode_index() >= codes->size() ||
      codes->Get(from.opcode_index()) == nullptr) {
    throw ImportError(owner + ": operator code " + std::to_string(from.opcode_index()) +
                      " is not in the file");
  }
  const auto* code = codes->Get(from.opcode_index());
  // Old files have only the first of the two fields; where both are set, the larger one counts.
  const std::int32_t number = std::max(std::int32_t{code->deprecated_builtin_code()},
                                       static_cast<std::int32_t>(code->builtin_code()));
  op.code = static_cast<schema::BuiltinOperator>(number);
  op.code_name = schema::EnumNameBuiltinOperator(op.code);
  if (op.code == schema::BuiltinOperator::CUSTOM) op.code_name = "CUSTOM " + printable(code->custom_code());
  if (op.code_name.empty()) op.code_name = "number " + std::to_string(number);
  op.inputs = read_indices(from.inputs(), tensor_count, -1, owner);
  op.outputs = read_indices(from.outputs(), tensor_count, 0, owner);
  return op;
}

// By tensor index: read or written by an operator, or an end of the network.
std::vector<bool> used_tensors(const TfliteFile& file, std::size_t tensor_count) {
  std::vector<bool> used(tensor_count, false);
  const auto mark = [&used](const std::vector<std::int32_t>& indices) {
    for (const std::int32_t index : indices) {
      if (index >= 0) used[static_cast<std::size_t>(index)] = true;
    }
  };
  for (const FileOperator& op : file.operators) {
    mark(op.inputs);
    mark(op.outputs);
  }
  mark(file.inputs);
  mark(file.outputs);
  return used;
}

const schema::Model& verified(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8 || !schema::ModelBufferHasIdentifier(bytes.data())) {
    throw ImportError("not a .tflite file (the identifier TFL3 is missing)");
  }
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) throw ImportError("file is too large (2 GiB or more)");
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (!schema::VerifyModelBuffer(verifier))
    throw ImportError("damaged .tflite file (FlatBuffers verification failed)");
  return *schema::GetModel(bytes.data());
}

}  // namespace

TfliteFile parse_tflite(std::span<const std::uint8_t> bytes) {
  const schema::Model& model = verified(bytes);
  if (model.version() != 3) {
    throw ImportError("schema version " + std::to_string(model.version()) + "; version 3 is supported");
  }
  if (model.subgraphs() == nullptr || model.subgraphs()->size() != 1 ||
      model.subgraphs()->Get(0) == nullptr) {
    throw ImportError("file has " +
                      std::to_string(model.subgraphs() == nullptr ? 0 : model.subgraphs()->size()) +
                      " subgraphs; exactly one is supported");
  }
  const auto& subgraph = *model.subgraphs()->Get(0);
  TfliteFile file;
  file.description = printable(model.description());
  const std::size_t tensor_count = subgraph.tensors() == nullptr ? 0 : subgraph.tensors()->size();
  if (tensor_count > max_tensors) {
    throw ImportError("file has " + std::to_string(tensor_count) + " tensors, at most " +
                      std::to_string(max_tensors) + " are possible");
  }
  if (subgraph.operators() != nullptr) {
    for (const auto* op : *subgraph.operators()) {
      const auto index = static_cast<std::int32_t>(file.operators.size());
      file.operators.push_back(read_operator(model, *op, index, tensor_count));
    }
  }
  file.inputs = read_indices(subgraph.inputs(), tensor_count, 0, "network inputs");
  file.outputs = read_indices(subgraph.outputs(), tensor_count, 0, "network outputs");
  if (file.inputs.size() > max_ends || file.outputs.size() > max_ends) {
    throw ImportError("network has " + std::to_string(file.inputs.size()) + " inputs and " +
                      std::to_string(file.outputs.size()) + " outputs, at most " + std::to_string(max_ends) +
                      " of each are possible");
  }
  const std::vector<bool> used = used_tensors(file, tensor_count);
  for (std::size_t i = 0; i < tensor_count; ++i) {
    FileTensor tensor;
    tensor.index = static_cast<std::int32_t>(i);
    if (used[i]) read_tensor(model, *subgraph.tensors()->Get(static_cast<flatbuffers::uoffset_t>(i)), tensor);
    file.tensors.push_back(std::move(tensor));
  }
  return file;
}

std::int64_t element_bytes(schema::TensorType type) {
  switch (type) {
    case schema::TensorType::INT8:
    case schema::TensorType::UINT8:
    case schema::TensorType::BOOL:
      return 1;
    case schema::TensorType::INT16:
    case schema::TensorType::UINT16:
    case schema::TensorType::FLOAT16:
      return 2;
    case schema::TensorType::INT32:
    case schema::TensorType::UINT32:
    case schema::TensorType::FLOAT32:
      return 4;
    case schema::TensorType::INT64:
    case schema::TensorType::UINT64:
    case schema::TensorType::FLOAT64:
    case schema::TensorType::COMPLEX64:
      return 8;
    default:
      return 0;
  }
}

std::string type_name(schema::TensorType type) {
  std::string name = schema::EnumNameTensorType(type);
  if (name.empty()) return "type number " + std::to_string(static_cast<int>(type));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

}  // namespace coinfer::graph
