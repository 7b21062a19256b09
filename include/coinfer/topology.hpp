// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/model.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// The tensors that cross the link at one split point, by rising file index: the intermediate feature.
struct Crossing {
  static constexpr int capacity = 16;
  const TensorInfo* tensors[capacity] = {};
  int count = 0;
  std::int32_t bytes = 0;
  bool overflow = false;  // not a usable split: more tensors cross than `capacity`, or a state would

  constexpr void insert(const TensorInfo& tensor) {
    int at = count;
    for (int i = 0; i < count; ++i) {
      if (tensors[i]->file_index == tensor.file_index) return;
    }
    if (count == capacity) {
      overflow = true;
      return;
    }
    for (; at > 0 && tensors[at - 1]->file_index > tensor.file_index; --at) tensors[at] = tensors[at - 1];
    tensors[at] = &tensor;
    ++count;
    bytes += tensor.bytes();
  }
};

template <class Model, class List = typename Model::Stages>
struct Topology;

// Which stages an exit needs, and what crosses the link at a split: derived from the stages' inputs and
// outputs, usable at compile time (static_assert) and at run time (the session).
template <class Model, class... Stages>
struct Topology<Model, StageList<Stages...>> {
  static constexpr int stage_count = sizeof...(Stages);
  static constexpr int input_count = sizeof(Model::inputs) / sizeof(Model::inputs[0]);
  static constexpr int output_count = sizeof(Model::outputs) / sizeof(Model::outputs[0]);
  // Here the compiler has to look at each stage, and at what it asserts. GCC 14 fails to evaluate that where
  // it would first look in the middle of a warning.
  static_assert(((Stages::io.output != nullptr) && ...), "coinfer: a stage without an output");
  static constexpr StageIo stages[stage_count] = {Stages::io...};
  static constexpr int exit_count = [] {
    int deepest = 0;
    for (int o = 0; o < output_count; ++o) {
      if (Model::exit_of_output[o] > deepest) deepest = Model::exit_of_output[o];
    }
    return deepest + 1;
  }();

  // Every stage that remembers lies before it, so that no state crosses the link. A smaller split is not
  // usable.
  static constexpr int least_split = [] {
    int least = 0;
    for (int s = 0; s < stage_count; ++s) {
      if (stages[s].remembers) least = s + 1;
    }
    return least;
  }();

  // Stages whose output some answer at `exit` depends on, and those that remember; one bit per stage.
  struct Needed {
    std::uint32_t bits[(stage_count + 31) / 32] = {};
    constexpr bool operator[](int stage) const { return ((bits[stage / 32] >> (stage % 32)) & 1U) != 0; }
  };

  static constexpr Needed needed_for(int exit) {
    Needed needed;
    for (int s = stage_count - 1; s >= 0; --s) {
      bool wanted = stages[s].remembers || is_output_of(exit, *stages[s].output);
      for (int later = s + 1; later < stage_count && !wanted; ++later) {
        wanted = needed[later] && stages[later].reads(*stages[s].output);
      }
      if (wanted) needed.bits[s / 32] |= std::uint32_t{1} << (s % 32);
    }
    return needed;
  }

  static constexpr Needed all_stages() {
    Needed all;
    for (int s = 0; s < stage_count; ++s) all.bits[s / 32] |= std::uint32_t{1} << (s % 32);
    return all;
  }

  static constexpr bool is_output_of(int exit, const TensorInfo& tensor) {
    for (int o = 0; o < output_count; ++o) {
      if (Model::exit_of_output[o] == exit && Model::outputs[o]->file_index == tensor.file_index) return true;
    }
    return false;
  }

  // Index of the stage that makes `tensor`; -1 for an input of the network.
  static constexpr int producer(const TensorInfo& tensor) {
    for (int s = 0; s < stage_count; ++s) {
      if (stages[s].output->file_index == tensor.file_index) return s;
    }
    return -1;
  }

  // True when every output of `exit` is made by stages before `split`.
  static constexpr bool exit_in_head(int exit, int split) {
    for (int o = 0; o < output_count; ++o) {
      if (Model::exit_of_output[o] == exit && producer(*Model::outputs[o]) >= split) return false;
    }
    return true;
  }

  static constexpr Crossing crossing(int split, int exit) {
    const Needed needed = needed_for(exit);
    Crossing crossing;
    crossing.overflow = split < least_split;
    for (int s = split; s < stage_count; ++s) {
      if (!needed[s]) continue;
      for (int i = 0; i < stages[s].input_count; ++i) {
        const TensorInfo& tensor = *stages[s].inputs[i];
        if (producer(tensor) < split) crossing.insert(tensor);
      }
    }
    return crossing;
  }

  // The deepest exit whose outputs are all made before `split`; -1 when there is none.
  static constexpr int deepest_exit_in_head(int split) {
    for (int exit = exit_count - 1; exit >= 0; --exit) {
      if (exit_in_head(exit, split)) return exit;
    }
    return -1;
  }
};

}  // namespace coinfer
COINFER_CODE_END
