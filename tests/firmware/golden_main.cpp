// SPDX-License-Identifier: Apache-2.0
// A generated model on the target: whole, and as head and tail on two devices at every split point, must give
// the bytes that the importer's reference kernels gave on the host. The exit status is the number of wrong
// runs.
#include <cstring>
#include <type_traits>

#include "board/semihosting.hpp"
#include "coinfer/device.hpp"
#include "coinfer_kernels/cortex_m.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/reference.hpp"
#include "golden.hpp"
#include "net_model.hpp"

namespace {

using Net = coinfer::Topology<net::Model>;

template <class Kernels>
coinfer::Device<net::Model, Kernels> head;
template <class Kernels>
coinfer::Device<net::Model, Kernels> tail;

// Runs the stages from `split` on the second device, which knows nothing but the intermediate feature.
template <class Kernels>
bool split_is_golden(int split) {
  auto& from = head<Kernels>;
  auto& to = tail<Kernels>;
  load(from);
  from.run(0, split);
  std::memset(static_cast<void*>(&to), 0xA5, sizeof to);
  const coinfer::Crossing feature = Net::crossing(split, Net::exit_count - 1);
  for (int i = 0; i < feature.count; ++i) {
    const coinfer::TensorInfo& tensor = *feature.tensors[i];
    std::memcpy(to.bytes(tensor), from.bytes(tensor), static_cast<std::size_t>(tensor.bytes()));
  }
  to.run(split, Net::stage_count);
  for (const coinfer::TensorInfo* tensor : net::Model::outputs) {
    if (Net::producer(*tensor) >= split) continue;  // made in the head, never sent
    std::memcpy(to.bytes(*tensor), from.bytes(*tensor), static_cast<std::size_t>(tensor->bytes()));
  }
  return is_golden(to);
}

template <class Kernels>
std::uint32_t wrong_runs() {
  std::uint32_t wrong = 0;
  load(head<Kernels>);
  head<Kernels>.run();
  if (!is_golden(head<Kernels>)) {
    board::print("the whole network differs\n");
    ++wrong;
  }
  for (int split = 0; split <= Net::stage_count; ++split) {
    if (split_is_golden<Kernels>(split)) continue;
    board::print("differs at split ");
    board::print(static_cast<std::uint32_t>(split));
    board::print("\n");
    ++wrong;
  }
  board::print(Kernels::name);
  board::print(": device bytes ");
  board::print(sizeof head<Kernels>);
  board::print(", stack bytes ");
  board::print(board::stack_high_water());
  board::print(", wrong runs ");
  board::print(wrong);
  board::print("\n");
  return wrong;
}

// Whether a kernel set reads the model's weight layout and can work in its arena.
template <class Kernels>
constexpr bool fits = Kernels::template accepts<net::Model::Layout>&&
    coinfer::ModelChecks<net::Model>::no_overlap(Kernels::depthwise_order);

using coinfer::kernels::CortexM;
using coinfer::kernels::CortexMSmall;
static_assert(fits<CortexM> || fits<CortexMSmall> || fits<coinfer::kernels::Portable>,
              "nothing would be tested");

// Runs those of the kernel sets that fit.
template <class... Sets>
std::uint32_t wrong_runs_of_sets() {
  const auto run = [](auto set) -> std::uint32_t {
    using Kernels = decltype(set);
    if constexpr (fits<Kernels>) {
      return wrong_runs<Kernels>();
    } else {
      return 0;
    }
  };
  return (run(Sets{}) + ...);
}

}  // namespace

int main() {
  using namespace coinfer::kernels;
  const std::uint32_t wrong = wrong_runs_of_sets<Reference, Portable, CortexM>();
  // Without DSP instructions the two are one.
  const std::uint32_t wrong_small =
      std::is_same_v<CortexM, CortexMSmall> ? 0 : wrong_runs_of_sets<CortexMSmall>();
  return static_cast<int>(wrong + wrong_small);
}
