// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// The order in which a model's constants are stored: a type named by the model; a kernel set says which ones
// it accepts. Each one is defined, with the place of every filter value, in coinfer/layouts/.
namespace layout {
struct TensorFlow;
struct Dsp;
struct Helium;
struct Nibbles;
}  // namespace layout

// Constants of a stage with a filter, as TensorFlow Lite has them.
struct ChannelWeights {
  using Layout = layout::TensorFlow;

  const std::int8_t* filter;
  const std::int32_t* bias;        // [output channel], or null
  const std::int32_t* multiplier;  // [output channel], or [1] when the stage is quantized per tensor
  const std::int8_t* shift;        // as multiplier; positive = left
};

// The same constants as the importer writes them, one object per stage, in the model's layout.
template <std::int32_t filter_size, std::int32_t channels, std::int32_t scales>
struct StageWeights {
  using Layout = layout::TensorFlow;

  std::int32_t bias[channels];
  std::int32_t multiplier[scales];
  std::int8_t shift[scales];
  std::int8_t filter[filter_size];

  constexpr ChannelWeights view() const { return {filter, bias, multiplier, shift}; }
};

// Constants of a stage with int16 activations: the bias has the accumulator's 64 bits.
struct WideWeights {
  using Layout = layout::TensorFlow;

  const std::int8_t* filter;
  const std::int64_t* bias;  // [output channel]
  const std::int32_t* multiplier;
  const std::int8_t* shift;
};

template <std::int32_t filter_size, std::int32_t channels, std::int32_t scales>
struct WideStageWeights {
  using Layout = layout::TensorFlow;

  std::int64_t bias[channels];
  std::int32_t multiplier[scales];
  std::int8_t shift[scales];
  std::int8_t filter[filter_size];

  constexpr WideWeights view() const { return {filter, bias, multiplier, shift}; }
};

// Constants of a stage with a filter of 4 bits a value.
struct NibbleWeights {
  using Layout = layout::Nibbles;

  const std::int8_t* filter;  // two values a byte
  const std::int32_t* bias;
  const std::int32_t* multiplier;
  const std::int8_t* shift;
};

template <std::int32_t filter_size, std::int32_t channels, std::int32_t scales>
struct NibbleStageWeights {
  using Layout = layout::Nibbles;

  std::int32_t bias[channels];
  std::int32_t multiplier[scales];
  std::int8_t shift[scales];
  std::int8_t filter[filter_size];

  constexpr NibbleWeights view() const { return {filter, bias, multiplier, shift}; }
};

// Constants of SVDF.
struct SvdfWeights {
  const std::int8_t* feature;  // [filter][input]
  const std::int16_t* time;    // [filter][memory], the oldest first
  const std::int32_t* bias;    // [unit]
};

template <std::int32_t feature_size, std::int32_t time_size, std::int32_t units>
struct SvdfStageWeights {
  std::int32_t bias[units];
  std::int16_t time[time_size];
  std::int8_t feature[feature_size];

  constexpr SvdfWeights view() const { return {feature, time, bias}; }
};

// Constants of UNIDIRECTIONAL_SEQUENCE_LSTM; gates in the order of its parameters.
struct LstmWeights {
  const std::int8_t* input;            // [unit][gate][input]
  const std::int8_t* recurrent;        // [unit][gate][unit]
  const std::int32_t* input_bias;      // [unit][gate], less the input's zero point times the row's sum
  const std::int32_t* recurrent_bias;  // [unit][gate], less the output's zero point times the row's sum
};

template <std::int32_t input_size, std::int32_t recurrent_size, std::int32_t rows>
struct LstmStageWeights {
  std::int32_t input_bias[rows];
  std::int32_t recurrent_bias[rows];
  std::int8_t input[input_size];
  std::int8_t recurrent[recurrent_size];

  constexpr LstmWeights view() const { return {input, recurrent, input_bias, recurrent_bias}; }
};

// What a packed layout stores for each output channel; three words, so that one instruction loads them.
struct ChannelRecord {
  std::int32_t bias;        // less the input's zero point times the sum of the channel's filter
  std::int32_t multiplier;  // Q31
  std::int32_t shift;       // as Layout::stored_shift() makes it
};

// Constants of a stage with a filter in a packed layout: padding, wherever it is made, is the input's zero
// point, so that the sum of input * filter + record.bias is the accumulator.
template <class Layout_>
struct PackedWeights {
  using Layout = Layout_;

  const ChannelRecord* channels;  // [output channel], also when the stage is quantized per tensor
  const std::int8_t* filter;      // Layout::filter_bytes(params), aligned to 4 bytes
  bool narrow;                    // Layout::narrow(params, weights): the fast scaling is exact
};

template <class Layout_, std::int32_t filter_size, std::int32_t channel_count, bool narrow>
struct PackedStageWeights {
  using Layout = Layout_;

  ChannelRecord channels[channel_count];
  alignas(4) std::int8_t filter[filter_size];

  constexpr PackedWeights<Layout> view() const { return {channels, filter, narrow}; }
};

// Constants of a stage without a filter: a table of results, or an operand that the .tflite file holds.
template <std::int32_t size>
struct StageConstants {
  std::int8_t values[size];
};

// Working memory that a kernel may use during one call; its size is the kernel set's scratch_bytes(params).
struct Scratch {
  void* base = nullptr;
  std::int32_t bytes = 0;
};

}  // namespace coinfer
COINFER_CODE_END
