// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace coinfer::evaluate {

std::vector<float> real_values(const graph::Tensor& tensor, std::span<const std::uint8_t> bytes) {
  std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
  if (tensor.type == DataType::f32) {
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
  }
  if (tensor.type == DataType::s32) {
    std::vector<std::int32_t> integers(values.size());
    std::memcpy(integers.data(), bytes.data(), integers.size() * sizeof(std::int32_t));
    return {integers.begin(), integers.end()};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int32_t quantized = tensor.type == DataType::u8
                                       ? std::int32_t{bytes[i]}
                                       : std::int32_t{static_cast<std::int8_t>(bytes[i])};
    values[i] = tensor.scale * static_cast<float>(quantized - tensor.zero_point);
  }
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
