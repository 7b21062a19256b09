// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace coinfer::evaluate {

namespace {

template <class T>
std::vector<float> converted(std::span<const std::uint8_t> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return {values.begin(), values.end()};
}

std::vector<float> stored_values(DataType type, std::span<const std::uint8_t> bytes) {
  switch (type) {
    case DataType::s8:
      return converted<std::int8_t>(bytes);
    case DataType::u8:
      return converted<std::uint8_t>(bytes);
    case DataType::s16:
      return converted<std::int16_t>(bytes);
    case DataType::s32:
      return converted<std::int32_t>(bytes);
    case DataType::f32:
      return converted<float>(bytes);
  }
  return {};
}

}  // namespace

std::vector<float> real_values(const graph::Tensor& tensor, std::span<const std::uint8_t> bytes) {
  std::vector<float> values = stored_values(tensor.type, bytes);
  if (tensor.type == DataType::f32 || tensor.type == DataType::s32) return values;
  for (float& value : values) value = tensor.scale * (value - static_cast<float>(tensor.zero_point));
  return values;
}

int arg_max(std::span<const float> values) {
  return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

double mean_squared_difference(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return sum / static_cast<double>(a.size());
}

double area_under_roc(std::span<const double> scores, std::span<const int> labels) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  double wins = 0.0;
  double negatives_below = 0.0;
  double positives = 0.0;
  for (std::size_t i = 0; i < order.size();) {
    double tied_negatives = 0.0;
    double tied_positives = 0.0;
    const double score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      (labels[order[i]] != 0 ? tied_positives : tied_negatives) += 1.0;
    }
    wins += tied_positives * (negatives_below + tied_negatives / 2);
    negatives_below += tied_negatives;
    positives += tied_positives;
  }
  const double pairs = positives * negatives_below;
  return pairs > 0.0 ? wins / pairs : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace coinfer::evaluate
