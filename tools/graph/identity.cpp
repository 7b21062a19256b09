// SPDX-License-Identifier: Apache-2.0
#include "graph/identity.hpp"

#include <mbedtls/md.h>

#include <stdexcept>

#include "graph/operator_name.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

std::string file_indices(const Graph& graph, std::span<const std::int32_t> tensors) {
  std::string text;
  for (const std::int32_t tensor : tensors) {
    if (!text.empty()) text += ',';
    text += std::to_string(tensor_at(graph, tensor).file_index);
  }
  return text;
}

}  // namespace

std::string identity_text(const Graph& graph) {
  std::string text = "coinfer model 1\nfile " + hexadecimal(graph.file_sha256) + "\n";
  text += graph.rounding == RoundingRule::double_rounding ? "rounding double\n" : "rounding single\n";
  text += "exits ";
  for (int e = 0; e < exit_count(graph); ++e) {
    if (e > 0) text += ';';
    text += file_indices(graph, exit_outputs(graph, e));
  }
  text += "\n";
  for (const Stage& stage : graph.stages) {
    text += std::string(operator_name(stage.op)) + " " + file_indices(graph, stage.inputs) + " " +
            std::to_string(tensor_at(graph, stage.output).file_index) + "\n";
  }
  return text;
}

Sha256 model_identity(const Graph& graph) {
  const std::string text = identity_text(graph);
  return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Sha256 sha256(std::span<const std::uint8_t> bytes) {
  Sha256 digest{};
  const auto* sha = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  if (sha == nullptr || mbedtls_md(sha, bytes.data(), bytes.size(), digest.data()) != 0) {
    throw std::runtime_error("this build of Mbed TLS has no SHA-256");
  }
  return digest;
}

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace coinfer::graph
