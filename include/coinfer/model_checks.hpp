// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/overlap.hpp"
#include "coinfer/topology.hpp"

// Compile-time proofs about a generated model: a header that was edited, mixed up or made by hand does not
// compile, instead of overwriting memory on the device.
COINFER_CODE_BEGIN
namespace coinfer {

namespace detail {

// Parameters of a stage for its input `input`: a stage with many inputs has one `part` for each.
template <class Stage, class = void>
struct InputParams {
  static constexpr const auto& of(int /*input*/) { return Stage::params; }
};
template <class Stage>
struct InputParams<Stage, std::void_t<decltype(Stage::part(0))>> {
  static constexpr auto of(int input) { return Stage::part(input); }
};

template <class Stage>
constexpr Overlap overlap_of_input(int input, DepthwiseOrder order) {
  return overlap(InputParams<Stage>::of(input), *Stage::io.inputs[input], *Stage::io.output, order);
}

// Functions, since only a few of the values are asked for.
template <class List>
struct StageOverlaps;
template <class... Stages>
struct StageOverlaps<StageList<Stages...>> {
  static constexpr Overlap (*of_input[sizeof...(Stages)])(int input, DepthwiseOrder order) = {
      &overlap_of_input<Stages>...};
};

}  // namespace detail

template <class Model>
struct ModelChecks {
  using Net = Topology<Model>;
  static constexpr int tensor_count = Net::input_count + Net::stage_count;

  // From the stage that writes a tensor (-1: an input of the network) to the last one that reads it.
  struct Life {
    const TensorInfo* tensor = nullptr;
    int begin = -1;
    int end = -1;
    int root = 0;  // the oldest tensor with the same bytes: RESHAPE only renames
  };
  struct Lives {
    Life at[tensor_count] = {};
  };

  static constexpr Lives lives() {
    Lives all;
    for (int i = 0; i < Net::input_count; ++i) all.at[i] = {Model::inputs[i], -1, -1, i};
    for (int s = 0; s < Net::stage_count; ++s) {
      const StageIo& io = Net::stages[s];
      const int index = Net::input_count + s;
      all.at[index] = {io.output, s, s, index};
      for (int i = 0; i < index; ++i) {
        if (!io.reads(*all.at[i].tensor)) continue;
        all.at[i].end = s;
        if (io.renames && all.at[i].tensor->arena_offset == io.output->arena_offset)
          all.at[index].root = all.at[i].root;
      }
    }
    for (int i = 0; i < tensor_count; ++i) {
      for (int o = 0; o < Net::output_count; ++o) {
        if (Model::outputs[o]->file_index == all.at[i].tensor->file_index) all.at[i].end = Net::stage_count;
      }
    }
    return all;
  }

  // Every stage reads only what the network's inputs and earlier stages give.
  static constexpr bool stages_in_order() {
    for (int s = 0; s < Net::stage_count; ++s) {
      for (int i = 0; i < Net::stages[s].input_count; ++i) {
        const TensorInfo& tensor = *Net::stages[s].inputs[i];
        bool known = false;
        for (int n = 0; n < Net::input_count; ++n)
          known = known || Model::inputs[n]->file_index == tensor.file_index;
        for (int earlier = 0; earlier < s; ++earlier) {
          known = known || Net::stages[earlier].output->file_index == tensor.file_index;
        }
        if (!known) return false;
      }
    }
    return true;
  }

  static constexpr bool every_exit_has_an_output() {
    for (int e = 0; e < Net::exit_count; ++e) {
      bool found = false;
      for (int o = 0; o < Net::output_count; ++o) found = found || Model::exit_of_output[o] == e;
      if (!found) return false;
    }
    return true;
  }

  static constexpr bool inside_arena() {
    const Lives all = lives();
    for (int i = 0; i < tensor_count; ++i) {
      const TensorInfo& tensor = *all.at[i].tensor;
      if (tensor.arena_offset < 0 || tensor.arena_end() > Model::arena_bytes) return false;
      if (tensor.arena_offset % bytes_per_element(tensor.type) != 0) return false;
    }
    return true;
  }

  // The stage that makes `made` is the last one to read `input`, and its kernel bears how they lie.
  static constexpr bool may_overlap(const Life& input, const Life& made, DepthwiseOrder order) {
    if (made.begin != input.end) return false;
    const StageIo& io = Net::stages[made.begin];
    for (int i = 0; i < io.input_count; ++i) {
      if (io.inputs[i]->file_index != input.tensor->file_index) continue;
      const Overlap allowed = detail::StageOverlaps<typename Model::Stages>::of_input[made.begin](i, order);
      if (!allowed.allows(input.tensor->arena_offset, made.tensor->arena_offset)) return false;
    }
    return true;
  }

  // A tensor may share memory with another one only when their lives do not meet, when it is the same bytes
  // under another shape, or when it takes the place of an input of its stage.
  static constexpr bool no_overlap(DepthwiseOrder order) {
    const Lives all = lives();
    for (int a = 0; a < tensor_count; ++a) {
      for (int b = a + 1; b < tensor_count; ++b) {
        const Life& first = all.at[a];
        const Life& second = all.at[b];
        if (first.end < second.begin || second.end < first.begin) continue;
        const TensorInfo& x = *first.tensor;
        const TensorInfo& y = *second.tensor;
        if (x.arena_end() <= y.arena_offset || y.arena_end() <= x.arena_offset) continue;
        if (first.root != second.root && !may_overlap(first, second, order)) return false;
      }
    }
    return true;
  }
};

}  // namespace coinfer
COINFER_CODE_END
