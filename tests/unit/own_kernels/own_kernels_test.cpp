// SPDX-License-Identifier: Apache-2.0
// The example kernel sets give the bytes of the reference, whole and in bands of rows.
#include "../kernels/check_rows.hpp"
#include "../kernels/test_weights.hpp"
#include "cmsis_nn.hpp"
#include "esp_nn.hpp"
#include "own_operator.hpp"

namespace coinfer::test {
namespace {

using Bytes = std::vector<std::int8_t>;

// The output in random bands of rows; each sees only the input rows it needs, as a tensor of their own.
template <class Params, class Run>
Bytes in_bands(const Params& p, const Bytes& input, std::int32_t scratch_bytes, Random& random,
               const Run& run) {
  Bytes output(static_cast<std::size_t>(p.out.elements()));
  ScratchStore memory(scratch_bytes);
  for (RowRange band; band.begin < p.out.height; band.begin = band.end) {
    band.end = random.between(band.begin + 1, p.out.height);
    const RowRange needed = p.input_rows(band);
    const auto row = input.begin() + needed.begin * p.in.row_elements();
    const Bytes rows(row, row + needed.count() * p.in.row_elements());
    run(Rows<const std::int8_t>{rows.data(), p.in.row_elements(), needed.begin, 0},
        Rows<std::int8_t>{output.data() + band.begin * p.out.row_elements(), p.out.row_elements(), band.begin,
                          0},
        band, memory.scratch());
  }
  return output;
}

template <class Set>
void check_convolutions() {
  for_random_cases([](Random& random) {
    Conv2d p;
    p.in = random.shape(9, 9, 20);
    p.window = random.window(p.in, p.out, true);
    p.out.channels = random.between(1, 20);
    fill_quantization(p, random);
    const TestWeights weights(p.out.channels * p.window.height * p.window.width * p.in.channels,
                              p.out.channels, p.per_channel, random);
    const auto input = random.elements<std::int8_t>(p.in.elements());
    Bytes expected(static_cast<std::size_t>(p.out.elements()));
    kernels::Reference::conv_2d_s8<rounding::Double>(p, weights.view(), whole_tensor(input.data(), p.in),
                                                     whole_tensor(expected.data(), p.out), {0, p.out.height},
                                                     {});
    EXPECT_EQ(expected, in_bands(p, input, Set::scratch_bytes(p), random,
                                 [&](auto in, auto out, RowRange rows, Scratch scratch) {
                                   Set::template conv_2d_s8<rounding::Double>(p, weights.view(), in, out,
                                                                              rows, scratch);
                                 }));
  });
}

TEST(OwnKernels, CmsisNn) { check_convolutions<CmsisNn>(); }
TEST(OwnKernels, EspNn) { check_convolutions<EspNn<9 * 9 * 20>>(); }

TEST(OwnKernels, OwnPad) {
  for_random_cases([](Random& random) {
    Pad p;
    p.in = random.shape(6, 6, 6);
    p.top = random.between(0, 3);
    p.left = random.one_in(2) ? 0 : random.between(0, 2);
    p.out = {p.in.height + p.top + random.between(0, 3), p.in.width + 2 * p.left, p.in.channels};
    p.value = static_cast<std::int8_t>(random.zero_point());
    const auto input = random.elements<std::int8_t>(p.in.elements());
    Bytes expected(static_cast<std::size_t>(p.out.elements()));
    kernels::Reference::pad_s8<rounding::Double>(p, whole_tensor(input.data(), p.in),
                                                 whole_tensor(expected.data(), p.out), {0, p.out.height}, {});
    EXPECT_EQ(expected, in_bands(p, input, 0, random, [&](auto in, auto out, RowRange rows, Scratch scratch) {
                OwnPad::pad_s8<rounding::Double>(p, in, out, rows, scratch);
              }));
  });
}

}  // namespace
}  // namespace coinfer::test
