// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "coinfer/topology.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/xnnpack/plan.hpp"

namespace coinfer::kernels {

namespace xnnpack {

// A model that is a type, as the neutral description: built once per model, kept for the process.
template <class Model, class List = typename Model::Stages>
class ModelBackend;

template <class Model, class... Linked>
class ModelBackend<Model, StageList<Linked...>> {
 public:
  using Net = Topology<Model>;

  static ModelBackend& instance() {
    static ModelBackend backend;
    return backend;
  }

  // Runs the wanted stages of [first, last) between tensors in `arena`, laid out as the model says. False
  // when XNNPACK could not: the arena is then as before.
  bool run(std::uint8_t* arena, int first, int last, const typename Net::Needed& wanted) {
    const std::lock_guard<std::mutex> lock(mutex_);
    Prepared* prepared = prepare(first, last, wanted);
    if (prepared == nullptr) return false;
    for (const std::int32_t t : prepared->entering) {
      const TensorInfo& tensor = info(t);
      std::memcpy(prepared->plan->tensor(t), arena + tensor.arena_offset,
                  static_cast<std::size_t>(tensor.bytes()));
    }
    const PlanViews views{prepared->plan.get()};
    const Scratch scratch{scratch_.data(), scratch_bytes()};
    if (!prepared->plan->run([&](std::int32_t stage) { own_stages[stage](views, scratch); })) return false;
    for (const std::int32_t t : prepared->leaving) {
      const TensorInfo& tensor = info(t);
      std::memcpy(arena + tensor.arena_offset, prepared->plan->tensor(t),
                  static_cast<std::size_t>(tensor.bytes()));
    }
    return true;
  }

  // Whether XNNPACK computes that stage, alone or with others.
  bool runs(int stage) const { return backend_.runs(stage); }

 private:
  struct Prepared {
    std::unique_ptr<Plan> plan;
    std::vector<std::int32_t> entering;
    std::vector<std::int32_t> leaving;
  };

  // Where the tensors of stages that XNNPACK leaves to us are: between the plan's segments.
  struct PlanViews {
    Plan* plan;
    template <class T>
    Rows<T> rows(const TensorInfo& tensor) const {
      return whole_tensor(reinterpret_cast<T*>(plan->tensor(number(tensor))), tensor.shape);
    }
  };

  template <class Stage>
  static void run_own(const PlanViews& views, Scratch scratch) {
    const RowRange rows{0, Stage::io.output->shape.height};
    Stage::template run<Portable, typename Model::Rounding>(views, rows, scratch);
  }
  static constexpr void (*own_stages[])(const PlanViews&, Scratch) = {&run_own<Linked>...};

  static constexpr std::int32_t scratch_bytes() {
    std::int32_t most = 0;
    ((most = Portable::scratch_bytes(Linked::params) > most ? Portable::scratch_bytes(Linked::params) : most),
     ...);
    return most;
  }

  ModelBackend() : backend_(describe()) {}

  static const TensorInfo& info(std::int32_t tensor) {
    return tensor < Net::input_count ? *Model::inputs[tensor]
                                     : *Net::stages[tensor - Net::input_count].output;
  }

  // Number of a tensor in the description: the network's inputs, then every stage's output.
  static std::int32_t number(const TensorInfo& tensor) {
    for (std::int32_t i = 0; i < Net::input_count + Net::stage_count; ++i) {
      if (info(i).file_index == tensor.file_index) return i;
    }
    return -1;
  }

  template <class Stage>
  static NetworkStage describe_stage() {
    NetworkStage stage;
    if constexpr (std::is_constructible_v<Operator, decltype(Stage::params)> &&
                  std::is_constructible_v<ChannelWeights, typename WeightsOf<Stage>::Type>) {
      stage.op = Stage::params;
      stage.weights = WeightsOf<Stage>::get();
      stage.constant = constant_of<Stage>(0);
    }
    for (int i = 0; i < Stage::io.input_count; ++i) stage.inputs.push_back(number(*Stage::io.inputs[i]));
    stage.output = number(*Stage::io.output);
    return stage;
  }

  // A stage without a filter has none; one with 4-bit or wide weights is never run by XNNPACK.
  template <class Stage, class = void>
  struct WeightsOf {
    using Type = ChannelWeights;
    static constexpr Type get() { return {}; }
  };
  template <class Stage>
  struct WeightsOf<Stage, std::void_t<decltype(Stage::weights())>> {
    using Type = decltype(Stage::weights());
    static constexpr Type get() { return Stage::weights(); }
  };

  // The second operand of a stage that has it in flash.
  template <class Stage>
  static auto constant_of(int) -> decltype(Stage::constant()) {
    return Stage::constant();
  }
  template <class Stage>
  static const std::int8_t* constant_of(...) {
    return nullptr;
  }

  static Network describe() {
    Network network;
    for (std::int32_t t = 0; t < Net::input_count + Net::stage_count; ++t) network.tensors.push_back(info(t));
    network.stages = {describe_stage<Linked>()...};
    return network;
  }

  // Null when memory or XNNPACK fails.
  Prepared* prepare(int first, int last, const typename Net::Needed& wanted) {
    std::vector<std::int32_t> stages;
    for (int s = first; s < last; ++s) {
      if (wanted[s]) stages.push_back(s);
    }
    const auto found = prepared_.find({last, stages});
    if (found != prepared_.end()) return &found->second;
    Prepared made;
    std::array<bool, static_cast<std::size_t>(Net::input_count + Net::stage_count)> inside{};
    for (const std::int32_t s : stages) {
      for (int i = 0; i < Net::stages[s].input_count; ++i) {
        const std::int32_t input = number(*Net::stages[s].inputs[i]);
        if (!inside[static_cast<std::size_t>(input)]) made.entering.push_back(input);
        inside[static_cast<std::size_t>(input)] = true;
      }
      inside[static_cast<std::size_t>(Net::input_count + s)] = true;
    }
    for (const std::int32_t s : stages) {
      if (lives_beyond(s, last)) made.leaving.push_back(Net::input_count + s);
    }
    made.plan = backend_.plan(stages, made.leaving);
    if (made.plan == nullptr) return nullptr;
    return &prepared_.emplace(std::pair(last, std::move(stages)), std::move(made)).first->second;
  }

  // True when the output of stage `s` is read at or after `last`, or is an answer.
  static bool lives_beyond(std::int32_t s, int last) {
    const TensorInfo& tensor = *Net::stages[s].output;
    for (int later = last; later < Net::stage_count; ++later) {
      if (Net::stages[later].reads(tensor)) return true;
    }
    for (const TensorInfo* output : Model::outputs) {
      if (output->file_index == tensor.file_index) return true;
    }
    return false;
  }

  Backend backend_;
  std::vector<std::max_align_t> scratch_ =
      std::vector<std::max_align_t>(static_cast<std::size_t>(scratch_bytes()) / sizeof(std::max_align_t) + 1);
  std::mutex mutex_;
  std::map<std::pair<int, std::vector<std::int32_t>>, Prepared> prepared_;  // by `last` and stages
};

}  // namespace xnnpack

// For Linux devices: XNNPACK where it has an int8 operator of the same meaning (at most 1 LSB per stage away
// from the other sets), `portable` elsewhere and when XNNPACK cannot be used. Allocates; not for firmware:
// XNNPACK has no Cortex-M port.
struct Xnnpack : Portable {
  static constexpr const char* name = "xnnpack";
  static constexpr bool runs_segments = true;

  // Runs the wanted stages of [first, last) on the tensors in `arena`; false: nothing was changed.
  template <class Model, int max_split>
  static bool run_stages(std::uint8_t* arena, int first, int last,
                         const typename Topology<Model>::Needed& wanted) {
    return xnnpack::ModelBackend<Model,
                                 typename detail::Take<max_split, typename Model::Stages>::List>::instance()
        .run(arena, first, last, wanted);
  }
};

}  // namespace coinfer::kernels
