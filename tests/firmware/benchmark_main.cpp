// SPDX-License-Identifier: Apache-2.0
// What a model costs on the target: the whole network and each of its stages as measured parts
// (profile/profile.py), and the RAM it takes. The exit status is 0 when the output is golden.
#include "board/measure.hpp"
#include "coinfer/device.hpp"
#include "coinfer_kernels/cortex_m.hpp"
#include "coinfer_kernels/portable.hpp"
#include "golden.hpp"
#include "net_model.hpp"

namespace {

using Net = coinfer::Topology<net::Model>;

coinfer::Device<net::Model, IMAGE_KERNELS> device;

template <class Params>
constexpr auto macs(const Params& params, int) -> decltype(params.macs()) {
  return params.macs();
}
template <class Params>
constexpr std::int64_t macs(const Params&, long) {
  return 0;
}

template <class List>
struct Macs;
template <class... Stages>
struct Macs<coinfer::StageList<Stages...>> {
  static constexpr std::uint32_t of_stage[] = {static_cast<std::uint32_t>(macs(Stages::params, 0))...};
  static constexpr std::uint32_t all = (static_cast<std::uint32_t>(macs(Stages::params, 0)) + ...);
};

// "stage_03": names sort as the stages run.
struct StageName {
  char text[9] = {'s', 't', 'a', 'g', 'e', '_', '0', '0', '\0'};
  explicit StageName(int stage) {
    text[6] = static_cast<char>('0' + stage / 10 % 10);
    text[7] = static_cast<char>('0' + stage % 10);
  }
};

}  // namespace

int main() {
  using StageMacs = Macs<net::Model::Stages>;
  load(device);
  board::measure("network", StageMacs::all, [] { device.run(); });
  const bool golden = is_golden(device);
  const std::uint32_t stack = board::stack_high_water();
  load(device);
  for (int s = 0; s < Net::stage_count; ++s) {
    board::measure(StageName(s).text, StageMacs::of_stage[s], [s] { device.run(s, s + 1); });
  }
  board::print(golden ? "output golden\n" : "output WRONG\n");
  board::print("device_bytes ");
  board::print(sizeof device);
  board::print("\nstack_bytes ");
  board::print(stack);
  board::print("\n");
  return golden ? 0 : 1;
}
