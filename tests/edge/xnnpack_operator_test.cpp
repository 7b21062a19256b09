// SPDX-License-Identifier: Apache-2.0
// Random one-operator networks: what XNNPACK runs of them is at most 1 LSB from `reference`.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "coinfer_kernels/xnnpack/plan.hpp"
#include "graph/executor.hpp"
#include "random.hpp"
#include "tail/graph_network.hpp"
#include "tiny_graph.hpp"

namespace {

using coinfer::graph::Executor;
using coinfer::graph::Graph;
using coinfer::kernels::xnnpack::Backend;
using coinfer::kernels::xnnpack::Plan;
using tiny::Code;
using tiny::ModelBuilder;
using tiny::Type;
namespace schema = tiny::schema;

int case_count() { return 2 * coinfer::test::case_count(); }

class Random : public coinfer::test::Random {
 public:
  using coinfer::test::Random::Random;

  int zero_point() { return between(-128, 127); }  // at the ends, activations leave XNNPACK no range
  float scale() { return static_cast<float>(std::exp2(real(-8, -2))); }
  std::vector<std::int32_t> shape() { return {1, between(1, 7), between(1, 9), between(1, 20)}; }
  std::vector<std::int32_t> repeatable(std::vector<std::int32_t> shape) {
    for (std::size_t d = 1; d < shape.size(); ++d) shape[d] = one_in(3) ? 1 : shape[d];
    return shape;
  }
  tiny::Bytes bytes(std::size_t count) { return elements<std::uint8_t>(static_cast<std::int32_t>(count)); }
  schema::ActivationFunctionType activation() {
    using Kind = schema::ActivationFunctionType;
    constexpr Kind kinds[] = {Kind::NONE, Kind::NONE, Kind::RELU, Kind::RELU6, Kind::RELU_N1_TO_1};
    return kinds[between(0, 4)];
  }
};

std::size_t elements(const std::vector<std::int32_t>& shape) {
  std::size_t count = 1;
  for (const std::int32_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

// Largest difference of one random input; none: XNNPACK leaves the stage to us, or the importer refuses the
// network.
std::optional<int> difference(const ModelBuilder& builder, Random& random) {
  Graph graph;
  try {
    graph = tiny::load(builder);
  } catch (const coinfer::graph::ImportError&) {
    return std::nullopt;
  }
  const Backend backend(coinfer::tail::describe(graph));
  if (!backend.runs(0)) return std::nullopt;
  Executor exact(graph, coinfer::graph::KernelSet::reference);
  const std::unique_ptr<Plan> plan = backend.plan({0}, {graph.stages[0].output});
  if (plan == nullptr) {
    ADD_FAILURE() << "XNNPACK took the stage and made no plan of it";
    return std::nullopt;
  }
  for (const std::int32_t input : graph.stages[0].inputs) {
    const tiny::Bytes values = random.bytes(exact.tensor(input).size());
    std::copy(values.begin(), values.end(), exact.tensor(input).begin());
    std::copy(values.begin(), values.end(), plan->tensor(input));
  }
  exact.run_stage(0);
  EXPECT_TRUE(plan->run([](std::int32_t /*stage*/) { FAIL() << "the stage was left to the caller"; }));
  const std::uint8_t* made = plan->tensor(graph.stages[0].output);
  int largest = 0;
  for (const std::uint8_t expected : exact.tensor(graph.stages[0].output)) {
    largest =
        std::max(largest, std::abs(static_cast<std::int8_t>(expected) - static_cast<std::int8_t>(*made++)));
  }
  return largest;
}

// `network` adds one operator to the builder. At least `share` percent of the cases have to be XNNPACK's.
template <class Network>
void for_random_networks(const Network& network, int share) {
  int run = 0;
  for (int seed = 0; seed < case_count(); ++seed) {
    Random random(seed);
    ModelBuilder builder;
    network(builder, random);
    const std::optional<int> largest = difference(builder, random);
    run += largest.has_value() ? 1 : 0;
    ASSERT_LE(largest.value_or(0), 1) << "case " << seed;
  }
  std::printf("%d of %d cases on XNNPACK\n", run, case_count());
  EXPECT_GE(run * 100, case_count() * share);
}

template <class Options>
void add_pair(Code code, ModelBuilder& b, Random& random) {
  const std::vector<std::int32_t> shape = random.shape();
  std::vector<std::int32_t> inputs;
  const int kind = random.between(0, 3);  // 0: the first is constant, 1: the second
  std::vector<std::int32_t> ends;
  for (int i = 0; i < 2; ++i) {
    const std::vector<std::int32_t> own = random.one_in(2) ? random.repeatable(shape) : shape;
    const bool constant = kind == i;
    inputs.push_back(b.tensor(i == 0 ? "first" : "second", Type::INT8, own, {random.scale()},
                              random.zero_point(), constant ? random.bytes(elements(own)) : tiny::Bytes{}));
    if (!constant) ends.push_back(inputs.back());
  }
  std::vector<std::int32_t> out_shape = shape;
  for (std::size_t d = 1; d < shape.size(); ++d) {
    out_shape[d] = std::max(b.graph().tensors[0]->shape[d], b.graph().tensors[1]->shape[d]);
  }
  const std::int32_t out = b.int8("out", out_shape, random.scale(), random.zero_point());
  Options options;
  options.fused_activation_function = random.activation();
  b.op(code, inputs, out, options);
  b.ends(ends, {out});
}

TEST(XnnpackOperator, Add) {
  for_random_networks([](ModelBuilder& b, Random& r) { add_pair<schema::AddOptionsT>(Code::ADD, b, r); }, 90);
}
TEST(XnnpackOperator, Sub) {
  for_random_networks([](ModelBuilder& b, Random& r) { add_pair<schema::SubOptionsT>(Code::SUB, b, r); }, 90);
}
TEST(XnnpackOperator, Mul) {
  for_random_networks([](ModelBuilder& b, Random& r) { add_pair<schema::MulOptionsT>(Code::MUL, b, r); }, 80);
}

TEST(XnnpackOperator, Relu) {
  for_random_networks(
      [](ModelBuilder& b, Random& random) {
        constexpr Code codes[] = {Code::RELU, Code::RELU6, Code::RELU_N1_TO_1};
        const std::vector<std::int32_t> shape = random.shape();
        const float scale = random.scale();
        const int zero_point = random.zero_point();
        const std::int32_t in = b.int8("in", shape, scale, zero_point);
        const std::int32_t out = b.int8("out", shape, random.one_in(8) ? random.scale() : scale, zero_point);
        b.op(codes[random.between(0, 2)], {in}, out);
        b.ends({in}, {out});
      },
      80);
}

TEST(XnnpackOperator, ResizeBilinear) {
  for_random_networks(
      [](ModelBuilder& b, Random& random) {
        const std::vector<std::int32_t> shape = random.shape();
        schema::ResizeBilinearOptionsT options;
        const int mode = random.between(0, 2);
        options.align_corners = mode == 1;
        options.half_pixel_centers = mode == 2;
        std::vector<std::int32_t> out_shape = shape;
        for (int d = 1; d < 3; ++d) {
          std::int32_t& size = out_shape[static_cast<std::size_t>(d)];
          size = random.one_in(4) ? random.between(1, 20) : size << random.between(0, 3);
          if (options.align_corners && size > 1) size = ((size - 1) << random.between(0, 2)) + 1;
        }
        const std::int32_t in = b.int8("in", shape, 0.1F, 3);
        const std::int32_t out = b.int8("out", out_shape, 0.1F, 3);
        b.op(Code::RESIZE_BILINEAR, {in, b.integers("size", {out_shape[1], out_shape[2]})}, out, options);
        b.ends({in}, {out});
      },
      25);
}

TEST(XnnpackOperator, TransposeConv) {
  for_random_networks(
      [](ModelBuilder& b, Random& random) {
        const std::vector<std::int32_t> in_shape = random.shape();
        const std::int32_t channels = random.between(1, 12);
        const std::int32_t taps_high = random.between(1, 4);
        const std::int32_t taps_wide = random.between(1, 4);
        schema::TransposeConvOptionsT options;
        options.stride_h = random.between(1, 3);
        options.stride_w = random.between(1, 3);
        options.fused_activation_function = random.activation();
        const bool same = random.one_in(2);
        options.padding = same ? schema::Padding::SAME : schema::Padding::VALID;
        const auto grown = [same](std::int32_t in, std::int32_t taps, std::int32_t stride) {
          return same ? in * stride : (in - 1) * stride + taps;
        };
        const std::vector<std::int32_t> out_shape = {1, grown(in_shape[1], taps_high, options.stride_h),
                                                     grown(in_shape[2], taps_wide, options.stride_w),
                                                     channels};
        const std::int32_t in = b.int8("in", in_shape, random.scale(), random.zero_point());
        const std::int32_t out = b.int8("out", out_shape, 0.5F, random.zero_point());
        std::vector<float> scales(random.one_in(3) ? static_cast<std::size_t>(channels) : 1);
        for (float& scale : scales) scale = random.scale();
        std::vector<std::int32_t> inputs = {
            b.integers("shape", out_shape),
            b.filter("filter", {channels, taps_high, taps_wide, in_shape[3]}, scales, 0), in};
        if (!random.one_in(3)) inputs.push_back(b.bias("bias", channels));
        b.op(Code::TRANSPOSE_CONV, inputs, out, options);
        b.ends({in}, {out});
      },
      60);  // releases of 2022 take one scale only
}

}  // namespace
