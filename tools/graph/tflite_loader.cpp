// SPDX-License-Identifier: Apache-2.0
#include "graph/tflite_loader.hpp"

#include <set>

#include "files/files.hpp"
#include "graph/exits.hpp"
#include "graph/fusion.hpp"
#include "graph/identity.hpp"
#include "graph/operators/operator_view.hpp"
#include "graph/split.hpp"
#include "graph/stage_order.hpp"
#include "graph/tflite_file.hpp"

namespace coinfer::graph {
namespace {

using Code = schema::BuiltinOperator;

// A set of tensor types; a file may name one that does not exist.
constexpr unsigned set_of(schema::TensorType type) {
  const auto bit = static_cast<unsigned>(type);
  return bit < 32 ? 1U << bit : 0;
}
constexpr unsigned s8 = set_of(schema::TensorType::INT8);
constexpr unsigned u8 = set_of(schema::TensorType::UINT8);
constexpr unsigned s16 = set_of(schema::TensorType::INT16);
constexpr unsigned s32 = set_of(schema::TensorType::INT32);
constexpr unsigned f32 = set_of(schema::TensorType::FLOAT32);

struct Importer {
  Code code;
  ImportedOperator (*import)(const OperatorView&);
  unsigned types = s8;         // of the input that the operator works on
  std::size_t data_input = 0;  // its position
  bool many_outputs = false;   // a stage for each of them; else it has to have one
};

constexpr Importer importers[] = {
    {Code::CONV_2D, import_conv_2d, s8 | s16},
    {Code::DEPTHWISE_CONV_2D, import_depthwise_conv_2d, s8 | s16},
    {Code::FULLY_CONNECTED, import_fully_connected, s8 | s16},
    {Code::TRANSPOSE_CONV, import_transpose_conv, s8, 2},
    {Code::BATCH_MATMUL, import_batch_mat_mul},
    {Code::SVDF, import_svdf},
    {Code::UNIDIRECTIONAL_SEQUENCE_LSTM, import_unidirectional_sequence_lstm},
    {Code::ADD, import_add},
    {Code::AVERAGE_POOL_2D, import_average_pool_2d},
    {Code::MAX_POOL_2D, import_max_pool_2d},
    {Code::MEAN, import_mean},
    {Code::SUM, import_sum},
    {Code::REDUCE_MAX, import_reduce_max},
    {Code::ARG_MAX, import_arg_max},
    {Code::PAD, import_pad},
    {Code::PADV2, import_pad},
    {Code::CONCATENATION, import_concatenation},
    {Code::RESHAPE, import_reshape},
    {Code::SQUEEZE, import_squeeze},
    {Code::EXPAND_DIMS, import_squeeze},
    {Code::SOFTMAX, import_softmax},
    {Code::LOG_SOFTMAX, import_log_softmax},
    {Code::L2_NORMALIZATION, import_l2_normalization},
    {Code::RELU, import_relu},
    {Code::RELU6, import_relu6},
    {Code::RELU_N1_TO_1, import_relu_n1_to_1},
    {Code::QUANTIZE, import_quantize, s8 | u8 | s16 | f32},
    {Code::DEQUANTIZE, import_dequantize, s8 | s16},
    {Code::CAST, import_cast, s8 | u8 | s16 | s32 | f32},
    {Code::TRANSPOSE, import_transpose},
    {Code::RESIZE_NEAREST_NEIGHBOR, import_resize_nearest_neighbor},
    {Code::SUB, import_sub},
    {Code::MUL, import_mul},
    {Code::MINIMUM, import_minimum},
    {Code::MAXIMUM, import_maximum},
    {Code::PRELU, import_prelu},
    {Code::STRIDED_SLICE, import_strided_slice},
    {Code::SLICE, import_slice},
    {Code::SPLIT, import_split, s8, 1, true},
    {Code::SPLIT_V, import_split_v, s8, 0, true},
    {Code::UNPACK, import_unpack, s8, 0, true},
    {Code::PACK, import_pack},
    {Code::GATHER, import_gather},
    {Code::SPACE_TO_DEPTH, import_space_to_depth},
    {Code::DEPTH_TO_SPACE, import_depth_to_space},
    {Code::RESIZE_BILINEAR, import_resize_bilinear},
    {Code::LOGISTIC, import_logistic},
    {Code::TANH, import_tanh},
    {Code::HARD_SWISH, import_hard_swish},
    {Code::LEAKY_RELU, import_leaky_relu},
    {Code::ELU, import_elu},
    {Code::ABS, import_abs},
};

std::string names_of(unsigned types) {
  std::string text;
  for (const schema::TensorType type : schema::EnumValuesTensorType()) {
    if ((types & set_of(type)) != 0) text += (text.empty() ? "" : ", ") + type_name(type);
  }
  return text;
}

void require_type(const Importer& importer, const OperatorView& view) {
  if (!view.has_input(importer.data_input)) return;  // the importer says what is missing
  const FileTensor& input = view.input(importer.data_input);
  if ((importer.types & set_of(input.type)) != 0) return;
  std::string message = "input " + describe(input) + " is not " + names_of(importer.types);
  if (input.type == schema::TensorType::FLOAT32)
    message += "; convert the model with full-integer int8 quantization";
  throw ImportError(message);
}

const Importer& importer_of(const FileOperator& op) {
  for (const Importer& importer : importers) {
    if (importer.code == op.code) return importer;
  }
  std::string supported;
  for (const SupportedOperator& op_of : supported_operators())
    supported += (supported.empty() ? "" : ", ") + op_of.name;
  throw ImportError("operator is not supported; supported: " + supported);
}

DataType data_type(const FileTensor& tensor) {
  switch (tensor.type) {
    case schema::TensorType::INT8:
      return DataType::s8;
    case schema::TensorType::UINT8:
      return DataType::u8;
    case schema::TensorType::INT16:
      return DataType::s16;
    case schema::TensorType::INT32:
      return DataType::s32;
    case schema::TensorType::FLOAT32:
      return DataType::f32;
    default:
      throw ImportError(
          describe(tensor) +
          ": type is not supported; supported: int8 and int16, and uint8, int32 and float32 at the ends");
  }
}

bool is_quantized(DataType type) { return type != DataType::f32 && type != DataType::s32; }

// Goes through the operators in the file's order and collects the stages; tensors are numbered as in the
// file.
class GraphBuilder {
 public:
  GraphBuilder(const TfliteFile& file, RoundingRule rounding)
      : file_(file), rounding_(rounding), made_(file.tensors.size(), false) {}

  std::vector<Stage> stages() {
    for (const std::int32_t input : file_.inputs) add_input(tensor(input));
    for (const FileOperator& op : file_.operators) {
      try {
        add_operator(op);
      } catch (const ImportError& error) {
        const std::string of = op.outputs.empty() ? "" : " of '" + tensor(op.outputs[0]).name + "'";
        throw ImportError(op.code_name + of + " (operator " + std::to_string(op.index) +
                          "): " + error.what());
      }
    }
    check_outputs();
    return std::move(stages_);
  }

 private:
  const FileTensor& tensor(std::int32_t index) const {
    return file_.tensors[static_cast<std::size_t>(index)];
  }

  void add_input(const FileTensor& input) {
    if (made_[static_cast<std::size_t>(input.index)])
      throw ImportError(describe(input) + ": is an input twice");
    if (!input.data.empty())
      throw ImportError(describe(input) + ": is an input, but the file holds its value");
    if (input.dynamic) {
      throw ImportError(describe(input) + ": shape is dynamic; convert the model with a fixed input shape");
    }
    shape_of(input);
    data_type(input);
    if (is_quantized(data_type(input))) quantization_of(input);
    mark_made(input);
  }

  void mark_made(const FileTensor& made) {
    if (made.is_variable) {
      throw ImportError(describe(made) + ": a variable tensor is only supported as the state of an operator");
    }
    made_[static_cast<std::size_t>(made.index)] = true;
  }

  void add_operator(const FileOperator& op) {
    if (makes_integers(op)) {
      const OperatorView view(file_, op, rounding_, folded_);
      require_new(view.output());
      fold(op, view, view.output());
      return;
    }
    const Importer& importer = importer_of(op);
    if (op.outputs.empty() || (op.outputs.size() > 1 && !importer.many_outputs)) {
      throw ImportError("has " + std::to_string(op.outputs.size()) + " outputs instead of 1");
    }
    for (std::size_t position = 0; position < op.outputs.size(); ++position) {
      add_stage(importer, OperatorView(file_, op, rounding_, folded_, position));
    }
  }

  void require_new(const FileTensor& output) const {
    if (made_[static_cast<std::size_t>(output.index)] || folded_.contains(output.index) ||
        !output.data.empty()) {
      throw ImportError("output " + describe(output) + " has a value already");
    }
  }

  void add_stage(const Importer& importer, const OperatorView& view) {
    const FileTensor& output = view.output();
    require_new(output);
    require_type(importer, view);
    ImportedOperator imported = importer.import(view);
    for (const std::int32_t input : imported.inputs) {
      if (!made_[static_cast<std::size_t>(input)]) {
        throw ImportError("input " + describe(tensor(input)) + " is read before an operator makes it");
      }
    }
    for (const std::int32_t state : imported.states) {
      if (!states_.insert(state).second)
        throw ImportError("state " + describe(tensor(state)) + " belongs to an earlier operator");
    }
    mark_made(output);
    stages_.push_back({output.name, std::move(imported.op), std::move(imported.weights),
                       std::move(imported.inputs), output.index, std::move(imported.constants)});
  }

  // Shape arithmetic: becomes a constant instead of a stage.
  bool makes_integers(const FileOperator& op) const {
    if (op.code != Code::SHAPE && op.code != Code::STRIDED_SLICE && op.code != Code::PACK) return false;
    if (op.outputs.size() != 1) {
      throw ImportError("has " + std::to_string(op.outputs.size()) + " outputs instead of 1");
    }
    const schema::TensorType type = tensor(op.outputs[0]).type;
    return type == schema::TensorType::INT32 || type == schema::TensorType::INT64;
  }

  void fold(const FileOperator& op, const OperatorView& view, const FileTensor& output) {
    std::vector<std::int64_t> values = op.code == Code::SHAPE           ? fold_shape(view)
                                       : op.code == Code::STRIDED_SLICE ? fold_strided_slice(view)
                                                                        : fold_pack(view);
    if (static_cast<std::int64_t>(values.size()) != output.elements) {
      throw ImportError("output " + describe(output) + " should have " + std::to_string(values.size()) +
                        " elements");
    }
    folded_[output.index] = std::move(values);
  }

  void check_outputs() const {
    if (file_.inputs.empty() || file_.outputs.empty())
      throw ImportError("network has no inputs or no outputs");
    std::set<std::int32_t> seen(file_.inputs.begin(), file_.inputs.end());
    for (const std::int32_t output : file_.outputs) {
      if (!made_[static_cast<std::size_t>(output)]) {
        throw ImportError("output " + describe(tensor(output)) + ": no operator makes it from the input");
      }
      if (!seen.insert(output).second)
        throw ImportError("output " + describe(tensor(output)) + ": is an input or an output already");
    }
  }

  const TfliteFile& file_;
  RoundingRule rounding_;
  std::vector<bool> made_;  // by tensor index: an input, or the output of a stage
  FoldedIntegers folded_;
  std::set<std::int32_t> states_;  // variable tensors, each of one operator
  std::vector<Stage> stages_;
};

void drop_unneeded(std::vector<Stage>& stages, const TfliteFile& file) {
  std::vector<bool> needed(file.tensors.size(), false);
  for (const std::int32_t output : file.outputs) needed[static_cast<std::size_t>(output)] = true;
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
    if (!needed[static_cast<std::size_t>(stage->output)]) continue;
    for (const std::int32_t input : stage->inputs) needed[static_cast<std::size_t>(input)] = true;
  }
  std::erase_if(stages, [&](const Stage& stage) { return !needed[static_cast<std::size_t>(stage.output)]; });
}

Tensor graph_tensor(const FileTensor& from) {
  Tensor tensor;
  tensor.file_index = from.index;
  tensor.name = from.name;
  tensor.type = data_type(from);
  tensor.shape = shape_of(from);
  tensor.file_shape = from.shape;
  if (is_quantized(tensor.type)) {
    const Quantization quantization = quantization_of(from);
    tensor.scale = quantization.scale;
    tensor.zero_point = quantization.zero_point;
  }
  return tensor;
}

// Fills tensors, inputs and outputs, and turns the file's tensor numbers in the stages into indices.
void add_tensors(Graph& graph, const TfliteFile& file) {
  std::set<std::int32_t> used(file.inputs.begin(), file.inputs.end());
  for (const Stage& stage : graph.stages) used.insert(stage.output);
  std::vector<std::int32_t> index_of(file.tensors.size(), -1);
  std::int64_t total_bytes = 0;
  for (const std::int32_t file_index : used) {
    index_of[static_cast<std::size_t>(file_index)] = static_cast<std::int32_t>(graph.tensors.size());
    graph.tensors.push_back(graph_tensor(file.tensors[static_cast<std::size_t>(file_index)]));
    total_bytes += graph.tensors.back().bytes();
  }
  for (const Stage& stage : graph.stages) total_bytes += state_bytes(stage);
  if (total_bytes > std::int64_t{1} << 30)
    throw ImportError("activations and states need more than 1 GiB together");
  const auto renumber = [&](std::int32_t& index) { index = index_of[static_cast<std::size_t>(index)]; };
  for (Stage& stage : graph.stages) {
    for (std::int32_t& input : stage.inputs) renumber(input);
    renumber(stage.output);
  }
  graph.inputs = file.inputs;
  graph.outputs = file.outputs;
  for (std::int32_t& input : graph.inputs) renumber(input);
  for (std::int32_t& output : graph.outputs) renumber(output);
}

}  // namespace

Graph load_tflite(std::span<const std::uint8_t> bytes, const LoadOptions& options) {
  std::vector<std::uint8_t> aligned;
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 16 != 0) {
    aligned.assign(bytes.begin(), bytes.end());
    bytes = aligned;
  }
  const TfliteFile file = parse_tflite(bytes);
  Graph graph;
  graph.name = options.name;
  graph.producer = file.description;
  graph.rounding = options.rounding;
  graph.stages = GraphBuilder(file, options.rounding).stages();
  drop_unneeded(graph.stages, file);
  graph.fused = fuse_padding(graph.stages, file.outputs);
  add_tensors(graph, file);
  graph.exits = parse_exits(graph, options.exits);
  order_stages(graph);
  graph.file_sha256 = sha256(bytes);
  graph.identity = model_identity(graph);
  return graph;
}

std::vector<SupportedOperator> supported_operators() {
  std::vector<SupportedOperator> operators;
  for (const Importer& importer : importers)
    operators.push_back({schema::EnumNameBuiltinOperator(importer.code), names_of(importer.types)});
  return operators;
}

Graph load_tflite_file(const std::filesystem::path& path, LoadOptions options) {
  const std::vector<std::uint8_t> bytes = files::read(path);
  if (options.name.empty()) options.name = path.stem().string();
  try {
    return load_tflite(bytes, options);
  } catch (const ImportError& error) {
    throw ImportError(path.string() + ": " + error.what());
  }
}

}  // namespace coinfer::graph
