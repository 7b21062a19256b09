// SPDX-License-Identifier: Apache-2.0
#include "check_rows.hpp"
#include "coinfer_kernels/cortex_m.hpp"

namespace coinfer::test {
namespace {

template <class Pool>
Pool random_pool(Random& random) {
  Pool p;
  p.in = random.shape(12, 12, 40);
  p.window = random.window(p.in, p.out, false);
  p.out.channels = p.in.channels;
  p.clamp = random.clamp();
  return p;
}

TEST(Kernels, AveragePool2d) {
  for_random_cases([](Random& random) {
    const auto p = random_pool<AveragePool2d>(random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    const auto kernel = [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows,
                                                       Scratch scratch) {
      Set::template average_pool_2d_s8<Rounding>(p, in[0], out, rows, scratch);
    };
    check_rows<std::int8_t, std::int8_t>({input}, p.out, kernels::Portable::scratch_bytes(p), kernel, random);
    check_set<kernels::CortexMHelium, std::int8_t, std::int8_t>({input}, p.out, 0, kernel, random);
  });
}

TEST(Kernels, MaxPool2d) {
  for_random_cases([](Random& random) {
    const auto p = random_pool<MaxPool2d>(random);
    const Input<std::int8_t> input{p.in, random.elements<std::int8_t>(p.in.elements()),
                                   [&](RowRange rows) { return p.input_rows(rows); }};
    check_rows<std::int8_t, std::int8_t>(
        {input}, p.out, kernels::Portable::scratch_bytes(p),
        [&]<class Set, class Rounding>(const auto& in, auto out, RowRange rows, Scratch scratch) {
          Set::template max_pool_2d_s8<Rounding>(p, in[0], out, rows, scratch);
        },
        random);
  });
}

}  // namespace
}  // namespace coinfer::test
