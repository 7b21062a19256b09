// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "coinfer/compiler.hpp"
#include "coinfer/config.hpp"
#include "coinfer/model_checks.hpp"
#include "coinfer/stages/stage.hpp"
#include "coinfer/topology.hpp"
#include "coinfer/weights.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

// What a build links: the stages before `split` only, or the whole network. A device that never runs the
// tail itself is `Device<Model, Kernels, Head<4>>`: stages 4.. and their weights are not in its image.
template <int split>
struct Head {
  template <class Model>
  static constexpr bool in_range = split >= 0 && split <= Topology<Model>::stage_count;
  // Out of range, Device reports it once and goes on with the whole network, instead of once per use.
  template <class Model>
  static constexpr int max_split = in_range<Model> ? split : Topology<Model>::stage_count;
};
struct WholeNetwork {
  template <class Model>
  static constexpr bool in_range = true;
  template <class Model>
  static constexpr int max_split = Topology<Model>::stage_count;
};

// What a build can still answer without the link: the full network, an early exit, nothing.
enum class Fallback : std::uint8_t { none, exit, full };

namespace detail {

// A base class, so that a wrong model gives one error and not one per use.
template <class Model, class Kernels, class Part>
struct DeviceChecks {
  using Checks = ModelChecks<Model>;
  static constexpr bool ordered = Checks::stages_in_order();
  static_assert(Part::template in_range<Model>,
                "coinfer: the split point is out of range: it is 0 to the number of stages of the model");
  static_assert(!Part::template in_range<Model> ||
                    Part::template max_split<Model> >= Topology<Model>::least_split,
                "coinfer: a stage that keeps a state is not linked: the split point has to lie behind it");
  static_assert(ordered, "coinfer: a stage reads a tensor that no earlier stage writes");
  static_assert(Checks::every_exit_has_an_output(), "coinfer: an exit of the model has no output");
  static_assert(Checks::inside_arena(), "coinfer: the arena is too small for the tensors placed in it");
  static constexpr bool fits = !ordered || Checks::no_overlap(Kernels::depthwise_order);
  static constexpr DepthwiseOrder other_order =
      Kernels::depthwise_order == DepthwiseOrder::rows ? DepthwiseOrder::channels : DepthwiseOrder::rows;
  static constexpr bool fits_others = !fits && Checks::no_overlap(other_order);
  static_assert(fits || fits_others, "coinfer: two tensors that live at the same time overlap in the arena");
  static_assert(
      fits || !fits_others,
      "coinfer: the arena is planned for kernels that compute depthwise stages in another order: import "
      "again with --depthwise-order");
  static_assert(
      Kernels::template accepts<typename Model::Layout>,
      "coinfer: this kernel set cannot read the model's weight layout: import again with another one");
};

template <class Stage, class = void>
struct StateEnd : std::integral_constant<std::int32_t, 0> {};
template <class Stage>
struct StateEnd<Stage, std::void_t<decltype(Stage::state_end)>>
    : std::integral_constant<std::int32_t, Stage::state_end> {};

template <class Model, class Kernels, class List>
struct StageTable;

// Run functions of the first stages of a model, and the memory they need.
template <class Model, class Kernels, class... Stages>
struct StageTable<Model, Kernels, StageList<Stages...>> {
  using Run = void (*)(const ArenaViews&, Scratch);

  template <class Stage>
  static void run(const ArenaViews& views, Scratch scratch) {
    Stage::template run<Kernels, typename Model::Rounding>(views, RowRange{0, Stage::io.output->shape.height},
                                                           scratch);
  }
  static constexpr Run functions[sizeof...(Stages) + 1] = {&run<Stages>..., nullptr};

  static constexpr std::int32_t state_bytes() {
    std::int32_t most = 0;
    ((most = StateEnd<Stages>::value > most ? StateEnd<Stages>::value : most), ...);
    return most;
  }

  static constexpr std::int32_t scratch_bytes() {
    std::int32_t most = 0;
    ((most = Kernels::scratch_bytes(Stages::params) > most ? Kernels::scratch_bytes(Stages::params) : most),
     ...);
    return most;
  }
};

template <class Model, class Kernels, int max_split>
using LinkedStages = StageTable<Model, Kernels, typename Take<max_split, typename Model::Stages>::List>;

// A kernel set may take several stages at once (XNNPACK does); where it cannot, it is asked stage by stage.
template <class Kernels, class = void>
struct RunsSegments : std::false_type {};
template <class Kernels>
struct RunsSegments<Kernels, std::enable_if_t<Kernels::runs_segments>> : std::true_type {};

// Working memory shared by all kernels of a device; a base class, so that none costs nothing.
template <std::int32_t size>
struct ScratchMemory {
  Scratch scratch() { return {bytes_, size}; }
  alignas(8) std::uint8_t bytes_[static_cast<std::size_t>(size)] = {};
};
template <>
struct ScratchMemory<0> {
  static Scratch scratch() { return {}; }
};

// What the recurrent stages remember; zero at the start.
template <std::int32_t size>
struct StateMemory {
  std::uint8_t* states() { return states_; }
  alignas(8) std::uint8_t states_[static_cast<std::size_t>(size)] = {};
};
template <>
struct StateMemory<0> {
  static std::uint8_t* states() { return nullptr; }
};

}  // namespace detail

// Runs a model's stages on this machine, one after the other, in an arena planned at import.
// sizeof(Device) is all the RAM that inference takes, the kernels' working memory included (not the stack).
// Needs no constructor call: a zero-initialized global is ready.
//
//   static coinfer::Device<kws::Model, coinfer::kernels::Portable> device;
//   std::memcpy(device.input(), frame, sizeof frame);
//   device.run();
//   const std::int8_t* scores = device.output();
template <class Model_, class Kernels_, class Part = WholeNetwork>
class Device : private detail::DeviceChecks<Model_, Kernels_, Part>,
               private detail::ScratchMemory<
                   detail::LinkedStages<Model_, Kernels_, Part::template max_split<Model_>>::scratch_bytes()>,
               private detail::StateMemory<
                   detail::LinkedStages<Model_, Kernels_, Part::template max_split<Model_>>::state_bytes()> {
 public:
  using Model = Model_;
  using Kernels = Kernels_;
  using Net = Topology<Model>;
  static constexpr int stage_count = Net::stage_count;
  static constexpr int exit_count = Net::exit_count;
  static constexpr int max_split = Part::template max_split<Model>;  // stages [0, max_split) are linked
  static constexpr Fallback fallback = max_split == stage_count                    ? Fallback::full
                                       : Net::deepest_exit_in_head(max_split) >= 0 ? Fallback::exit
                                                                                   : Fallback::none;

  // The elements of an input or output, in the order of the .tflite file. Outputs are valid once the stages
  // before them have run; inputs keep their values until a later stage takes their place.
  template <int i = 0>
  auto* input() {
    return reinterpret_cast<typename ElementOf<Model::inputs[i]->type>::Type*>(bytes(*Model::inputs[i]));
  }
  template <int i = 0>
  const auto* output() const {
    static_assert(Net::producer(*Model::outputs[i]) < max_split,
                  "coinfer: this output is made by a stage that is not linked");
    return reinterpret_cast<const typename ElementOf<Model::outputs[i]->type>::Type*>(
        bytes(*Model::outputs[i]));
  }

  // The bytes of any tensor; they hold its value from the stage that makes it to the last one that reads it.
  std::uint8_t* bytes(const TensorInfo& tensor) { return arena_ + tensor.arena_offset; }
  const std::uint8_t* bytes(const TensorInfo& tensor) const { return arena_ + tensor.arena_offset; }

  // Runs the stages [first, last) that `exit` needs.
  void run(int first, int last, int exit) {
    COINFER_ASSERT(exit >= 0 && exit < exit_count);
    run_stages(first, last, needed[exit]);
  }
  // Runs the stages [first, last).
  void run(int first, int last) { run_stages(first, last, Net::all_stages()); }
  void run() { run(0, max_split); }

  // The recurrent stages forget what they saw: the next frame is the first of a new sequence.
  void forget() {
    for (std::int32_t i = 0; i < Table::state_bytes(); ++i) States::states()[i] = 0;
  }

  // Stages that an exit needs: needed[exit][stage].
  struct NeededTable {
    typename Net::Needed of_exit[exit_count] = {};
    constexpr const typename Net::Needed& operator[](int exit) const { return of_exit[exit]; }
  };
  static constexpr NeededTable make_needed() {
    NeededTable table;
    for (int e = 0; e < exit_count; ++e) table.of_exit[e] = Net::needed_for(e);
    return table;
  }
  static constexpr NeededTable needed = make_needed();

 private:
  using Table = detail::LinkedStages<Model, Kernels, max_split>;
  using Memory = detail::ScratchMemory<Table::scratch_bytes()>;
  using States = detail::StateMemory<Table::state_bytes()>;

  void run_stages(int first, int last, const typename Net::Needed& wanted) {
    COINFER_ASSERT(first >= 0 && first <= last && last <= max_split);
    if constexpr (detail::RunsSegments<Kernels>::value && Net::least_split == 0) {
      if (Kernels::template run_stages<Model, max_split>(arena_, first, last, wanted)) return;
    }
    const ArenaViews views{arena_, States::states()};
    for (int s = first; s < last; ++s) {
      if (wanted[s]) Table::functions[s](views, Memory::scratch());
    }
  }

  // A cut network needs only the part of the arena that its own tensors reach into.
  static constexpr std::int32_t arena_bytes() {
    std::int32_t most = 1;
    for (int i = 0; i < Net::input_count; ++i) {
      if (Model::inputs[i]->arena_end() > most) most = Model::inputs[i]->arena_end();
    }
    for (int s = 0; s < max_split; ++s) {
      if (Net::stages[s].output->arena_end() > most) most = Net::stages[s].output->arena_end();
    }
    return most;
  }
  alignas(8) std::uint8_t arena_[arena_bytes()] = {};
};

}  // namespace coinfer
COINFER_CODE_END
