// SPDX-License-Identifier: Apache-2.0
#include "tiny_models.hpp"

namespace tiny {
namespace {

// Of the layer `number`; `state`: shape of its states.
void add_lstm(ModelBuilder& b, const std::string& number, std::int32_t input, std::int32_t inputs,
              std::int32_t output, const std::vector<std::int32_t>& state, float cell_scale,
              const schema::UnidirectionalSequenceLSTMOptionsT& options) {
  const std::int32_t units = state.back();
  std::vector<std::int32_t> operands(24, -1);
  operands[0] = input;
  for (std::size_t gate = 0; gate < 4; ++gate) {
    const auto step = static_cast<float>(gate);
    const std::string name = number + "_of_gate" + std::to_string(gate);
    operands[1 + gate] = b.filter("weights" + name, {units, inputs}, {0.004F * (1 + step)}, 0);
    operands[5 + gate] = b.filter("recurrent" + name, {units, units}, {0.003F * (2 + step)}, 0);
    operands[12 + gate] = b.bias("bias" + name, units);
    std::vector<std::int32_t> bias(static_cast<std::size_t>(units));
    for (std::size_t u = 0; u < bias.size(); ++u)
      bias[u] = static_cast<std::int32_t>(u * 911 % 700 + gate * 150) - 400;
    b.model.buffers[b.tensor_named("bias" + name).buffer]->data = bytes_of(bias);
  }
  const auto& hidden = *b.graph().tensors[static_cast<std::size_t>(output)]->quantization;
  operands[18] = b.variable("hidden" + number, Type::INT8, state, hidden.scale[0], hidden.zero_point[0]);
  operands[19] = b.variable("cell" + number, Type::INT16, state, cell_scale);
  b.op(Code::UNIDIRECTIONAL_SEQUENCE_LSTM, operands, output, options);
}

}  // namespace

ModelBuilder recurrent() {
  ModelBuilder b;
  const auto input = b.int8("input", {1, 6}, 0.5F, -3);
  std::vector<std::int16_t> weights(24);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int16_t>(i * 1237 + 5000);
  const auto time = b.tensor("time", Type::INT16, {8, 3}, {0.0001F}, 0, bytes_of(weights));
  schema::SVDFOptionsT options;
  options.rank = 2;
  options.fused_activation_function = schema::ActivationFunctionType::RELU;
  const auto first = b.int8("first", {1, 4}, 0.25F, -20);
  b.op(Code::SVDF,
       {input, b.filter("feature", {8, 6}, {0.01F}, 0), time, b.bias("bias", 4),
        b.variable("state", Type::INT16, {1, 24}, 0.02F)},
       first, options);
  b.tensor_named("bias").quantization->scale[0] = 0.02F * 0.0001F;
  const auto scores = b.int8("scores", {1, 3}, 0.5F, 4);
  b.op(Code::FULLY_CONNECTED, {first, b.filter("scores_filter", {3, 4}, {0.02F}, 0)}, scores,
       schema::FullyConnectedOptionsT());
  const auto second = b.int8("second", {1, 2}, 0.25F, -20);
  b.op(Code::SVDF,
       {scores, b.filter("feature2", {4, 3}, {0.01F}, 0), b.filter("time2", {4, 2}, {0.02F}, 0),
        b.bias("bias2", 2), b.variable("state2", Type::INT8, {1, 8}, 0.02F)},
       second, options);
  b.tensor_named("bias2").quantization->scale[0] = 0.02F * 0.02F;
  const auto result = b.int8("result", {1, 2}, 0.5F, 0);
  b.op(Code::FULLY_CONNECTED, {second, b.filter("result_filter", {2, 2}, {0.02F}, 0)}, result,
       schema::FullyConnectedOptionsT());
  b.ends({input}, {result});
  return b;
}

ModelBuilder lstm() {
  ModelBuilder b;
  const auto input = b.int8("input", {1, 3, 4}, 0.02F, -3);
  schema::UnidirectionalSequenceLSTMOptionsT options;
  options.fused_activation_function = schema::ActivationFunctionType::TANH;
  const auto first = b.int8("first", {1, 3, 5}, 1.0F / 128, -20);
  add_lstm(b, "1", input, 4, first, {1, 5}, 1.0F / 8192, options);
  options.time_major = true;
  options.cell_clip = 0.75F;
  const auto second = b.int8("second", {1, 3, 2}, 1.0F / 180, 9);
  add_lstm(b, "2", first, 5, second, {3, 2}, 1.0F / 2048, options);
  const auto scores = b.int8("scores", {1, 3}, 0.02F, 4);
  b.op(Code::FULLY_CONNECTED, {second, b.filter("scores_filter", {3, 6}, {0.02F}, 0)}, scores,
       schema::FullyConnectedOptionsT());
  b.ends({input}, {scores});
  return b;
}

}  // namespace tiny
