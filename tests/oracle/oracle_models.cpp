// SPDX-License-Identifier: Apache-2.0
// oracle_models <folder> <cases per operator>: for each case a model <operator>.<number>.tflite, its inputs
// one after the other (.in) and the outputs of the reference kernels by rounding rule (.double, .single), all
// raw.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "cases.hpp"
#include "graph/executor.hpp"
#include "graph/split.hpp"
#include "graph/tflite_loader.hpp"

namespace {

namespace fs = std::filesystem;
using namespace coinfer;
using tiny::Bytes;

void write(const fs::path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

Bytes random_record(const graph::Graph& graph, oracle::Random& random) {
  Bytes record;
  for (const std::int32_t index : graph.inputs) {
    const graph::Tensor& tensor = graph::tensor_at(graph, index);
    if (tensor.type == DataType::f32) {
      for (const float value : random.elements<float>(tensor.shape.elements())) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
        record.insert(record.end(), bytes, bytes + sizeof(value));
      }
    } else {
      const Bytes bytes = oracle::random_bytes(static_cast<std::int32_t>(tensor.bytes()), random);
      record.insert(record.end(), bytes.begin(), bytes.end());
    }
  }
  return record;
}

// False when the importer refuses the model.
bool write_case(const oracle::Case& operator_case, int number, const fs::path& folder) {
  oracle::Random random(number);
  const Bytes model = operator_case.make(random).bytes();
  const std::string stem = (folder / (operator_case.name + ("." + std::to_string(number)))).string();
  Bytes input;
  try {
    for (const auto rounding : {graph::RoundingRule::double_rounding, graph::RoundingRule::single_rounding}) {
      const bool first = rounding == graph::RoundingRule::double_rounding;
      const graph::Graph graph = graph::load_tflite(model, {"oracle", rounding, ""});
      if (first) input = random_record(graph, random);
      graph::Executor executor(graph, graph::KernelSet::reference);
      graph::load_record(executor, graph, input);
      executor.run(0, graph::stage_count(graph), 0);
      write(stem + (first ? ".double" : ".single"), graph::output_record(executor, graph, 0));
    }
  } catch (const graph::ImportError& error) {
    std::cout << operator_case.name << "." << number << ": refused: " << error.what() << '\n';
    return false;
  }
  write(stem + ".in", input);
  write(stem + ".tflite", model);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: oracle_models <folder> <cases per operator>\n";
    return 2;
  }
  const int wanted = std::atoi(argv[2]);
  int refused_everything = 0;
  for (const auto& cases : {oracle::elementwise_cases(), oracle::arithmetic_cases(),
                            oracle::selection_cases(), oracle::window_cases(), oracle::matrix_cases()}) {
    for (const oracle::Case& operator_case : cases) {
      int written = 0;
      for (int number = 0; number < wanted; ++number) {
        written += write_case(operator_case, number, argv[1]) ? 1 : 0;
      }
      // A refusal now and then is what random scales bring; more would leave the operator untested.
      if (written * 2 < wanted) ++refused_everything;
    }
  }
  return refused_everything == 0 ? 0 : 1;
}
