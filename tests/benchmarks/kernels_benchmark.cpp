// SPDX-License-Identifier: Apache-2.0
// The kernel sets on the shapes of the MLPerf Tiny networks (kws, ic, vww, ad) and of a person detector, with
// random weights; after the times, how many times faster `portable` is than `reference`.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/reference.hpp"

namespace {

using namespace coinfer;
using Rule = rounding::Double;
using kernels::Portable;
using kernels::Reference;

// Memory of a stage.
struct Memory {
  std::vector<std::int8_t> in, filter, out, shift, scratch;
  std::vector<std::int32_t> bias, multiplier;

  Memory(const Shape& in_shape, const Shape& out_shape, std::int32_t filter_size, std::int32_t scratch_bytes)
      : in(static_cast<std::size_t>(in_shape.elements())),
        filter(static_cast<std::size_t>(filter_size)),
        out(static_cast<std::size_t>(out_shape.elements())),
        shift(static_cast<std::size_t>(out_shape.channels), -8),
        scratch(static_cast<std::size_t>(scratch_bytes)),
        bias(shift.size(), 100),
        multiplier(shift.size(), 1'400'000'000) {
    std::minstd_rand random(1);
    for (std::int8_t& v : in) v = static_cast<std::int8_t>(random());
    for (std::int8_t& v : filter) v = static_cast<std::int8_t>(random());
  }
  ChannelWeights weights() const { return {filter.data(), bias.data(), multiplier.data(), shift.data()}; }
  Scratch scratch_memory() { return {scratch.data(), static_cast<std::int32_t>(scratch.size())}; }
};

template <class Set, class Params>
void run_kernel(const Params& p, Memory& m) {
  const auto in = whole_tensor<const std::int8_t>(m.in.data(), p.in);
  const auto out = whole_tensor(m.out.data(), p.out);
  const RowRange rows{0, p.out.height};
  if constexpr (std::is_same_v<Params, Conv2d>) {
    Set::template conv_2d_s8<Rule>(p, m.weights(), in, out, rows, m.scratch_memory());
  } else if constexpr (std::is_same_v<Params, DepthwiseConv2d>) {
    Set::template depthwise_conv_2d_s8<Rule>(p, m.weights(), in, out, rows, m.scratch_memory());
  } else if constexpr (std::is_same_v<Params, FullyConnected>) {
    Set::template fully_connected_s8<Rule>(p, m.weights(), in, out, rows, m.scratch_memory());
  } else {
    Set::template average_pool_2d_s8<Rule>(p, in, out, rows, m.scratch_memory());
  }
}

template <class Set, class Params>
void add_set(const std::string& layer, const Params& p, std::int32_t filter_size, double macs) {
  benchmark::RegisterBenchmark((layer + "/" + Set::name).c_str(), [=](benchmark::State& state) {
    Memory memory(p.in, p.out, filter_size, Set::scratch_bytes(p));
    for (auto _ : state) {
      run_kernel<Set>(p, memory);
      benchmark::DoNotOptimize(memory.out.data());
      benchmark::ClobberMemory();
    }
    state.counters["MAC/s"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
  });
}

template <class Params>
void add(const std::string& layer, const Params& p, std::int32_t filter_size, double macs) {
  add_set<Reference>(layer, p, filter_size, macs);
  add_set<Portable>(layer, p, filter_size, macs);
}

template <class Params>
Params windowed(const Shape& in, const Shape& out, const Window& window) {
  Params p;
  p.in = in;
  p.out = out;
  p.window = window;
  return p;
}

void conv(const std::string& layer, const Shape& in, const Shape& out, const Window& w) {
  auto p = windowed<Conv2d>(in, out, w);
  p.in_zero_point = -3;
  add(layer, p, out.channels * w.height * w.width * in.channels, static_cast<double>(p.macs()));
}

void depthwise(const std::string& layer, const Shape& in, const Shape& out, const Window& w) {
  auto p = windowed<DepthwiseConv2d>(in, out, w);
  p.in_zero_point = -3;
  add(layer, p, out.channels * w.height * w.width, static_cast<double>(p.macs()));
}

void fully_connected(const std::string& layer, std::int32_t inputs, std::int32_t outputs) {
  FullyConnected p;
  p.in = {1, 1, inputs};
  p.out = {1, 1, outputs};
  p.input_depth = inputs;
  p.in_zero_point = -3;
  add(layer, p, inputs * outputs, static_cast<double>(p.macs()));
}

void add_layers() {
  conv("kws_conv_10x4x1_64_s2", {49, 10, 1}, {25, 5, 64}, window(10, 4).stride(2, 2).pad(4, 1));
  conv("kws_conv_1x1x64_64", {25, 5, 64}, {25, 5, 64}, window(1, 1));
  conv("ic_conv_3x3x3_16", {32, 32, 3}, {32, 32, 16}, window(3, 3).pad(1, 1));
  conv("ic_conv_3x3x16_16", {32, 32, 16}, {32, 32, 16}, window(3, 3).pad(1, 1));
  conv("ic_conv_3x3x64_64", {8, 8, 64}, {8, 8, 64}, window(3, 3).pad(1, 1));
  conv("vww_conv_3x3x3_8_s2", {96, 96, 3}, {48, 48, 8}, window(3, 3).stride(2, 2));
  conv("vww_conv_1x1x8_16", {48, 48, 8}, {48, 48, 16}, window(1, 1));
  conv("vww_conv_1x1x256_256", {3, 3, 256}, {3, 3, 256}, window(1, 1));
  depthwise("kws_depthwise_3x3x64", {25, 5, 64}, {25, 5, 64}, window(3, 3).pad(1, 1));
  depthwise("vww_depthwise_3x3x8", {48, 48, 8}, {48, 48, 8}, window(3, 3).pad(1, 1));
  depthwise("vww_depthwise_3x3x32_s2", {24, 24, 32}, {12, 12, 32}, window(3, 3).stride(2, 2));
  depthwise("vww_depthwise_3x3x256", {3, 3, 256}, {3, 3, 256}, window(3, 3).pad(1, 1));
  depthwise("person_depthwise_3x3x1_times_8", {96, 96, 1}, {48, 48, 8}, window(3, 3).stride(2, 2));
  fully_connected("ad_fully_connected_640_128", 640, 128);
  fully_connected("ad_fully_connected_128_128", 128, 128);
  fully_connected("ad_fully_connected_8_128", 8, 128);
  fully_connected("kws_fully_connected_64_12", 64, 12);
  const auto pool = windowed<AveragePool2d>({8, 8, 64}, {1, 1, 64}, window(8, 8));
  add("ic_average_pool_8x8x64", pool, 0, pool.in.elements());
}

// Prints as usual, and remembers the times.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration) seconds_[run.benchmark_name()] = run.GetAdjustedCPUTime();
    }
  }
  void print_ratios() const {
    const std::string suffix = std::string("/") + Reference::name;
    std::printf("\nreference time / portable time\n");
    for (const auto& [name, seconds] : seconds_) {
      if (name.size() < suffix.size() || name.substr(name.size() - suffix.size()) != suffix) continue;
      const std::string layer = name.substr(0, name.size() - suffix.size());
      const auto portable = seconds_.find(layer + "/" + Portable::name);
      if (portable != seconds_.end()) {
        std::printf("%-34s %6.2f\n", layer.c_str(), seconds / portable->second);
      }
    }
  }

 private:
  std::map<std::string, double> seconds_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add_layers();
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_ratios();
  return 0;
}
