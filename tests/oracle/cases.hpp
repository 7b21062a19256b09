// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "../unit/kernels/random.hpp"
#include "tiny_models.hpp"

// Random one-operator models for the oracle test.
namespace oracle {

using coinfer::test::Random;
using tiny::Code;
using tiny::ModelBuilder;
using Shape = std::vector<std::int32_t>;  // as in the file, batch included

struct Case {
  const char* name;  // of the operator in the .tflite format, and its type where that is not int8
  ModelBuilder (*make)(Random& random);
};

std::span<const Case> elementwise_cases();
std::span<const Case> arithmetic_cases();
std::span<const Case> selection_cases();
std::span<const Case> window_cases();
std::span<const Case> matrix_cases();

struct Quantized {
  float scale = 1.0F;
  std::int32_t zero_point = 0;
};

// Scales over several orders of magnitude, as found in trained models and somewhat beyond.
inline Quantized random_quantization(Random& random) {
  return {static_cast<float>(std::exp(random.real(-6, 1))), random.zero_point()};
}

// Not so far from another one that everything saturates.
inline Quantized near(const Quantized& other, Random& random) {
  return {static_cast<float>(other.scale * std::exp(random.real(-1.5, 1.5))), random.zero_point()};
}

inline std::int32_t activation(ModelBuilder& b, const char* name, const Shape& shape, const Quantized& q) {
  return b.int8(name, shape, q.scale, q.zero_point);
}

inline tiny::Bytes random_bytes(std::int32_t count, Random& random) {
  tiny::Bytes bytes(static_cast<std::size_t>(count));
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.between(0, 255));
  return bytes;
}

inline std::int32_t elements(const Shape& shape) {
  std::int32_t count = 1;
  for (const std::int32_t size : shape) count *= size;
  return count;
}

inline std::int32_t constant(ModelBuilder& b, const char* name, const Shape& shape, const Quantized& q,
                             Random& random) {
  return b.tensor(name, tiny::Type::INT8, shape, {q.scale}, q.zero_point,
                  random_bytes(elements(shape), random));
}

inline Shape random_image(Random& random) {
  return {1, random.between(1, 7), random.between(1, 7), random.between(1, 9)};
}

// An image, or a tensor of lower rank with a batch of 1.
inline Shape random_shape(Random& random) {
  Shape shape = random_image(random);
  shape.erase(shape.begin() + 1, shape.begin() + 1 + random.between(0, 2));
  return shape;
}

}  // namespace oracle
