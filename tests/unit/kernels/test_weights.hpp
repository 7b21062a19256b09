// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "coinfer/layouts/pack.hpp"
#include "coinfer/weights.hpp"
#include "random.hpp"

namespace coinfer::test {

// Random constants of a stage with a filter.
struct TestWeights {
  std::vector<std::int8_t> filter;
  std::vector<std::int32_t> bias;
  std::vector<std::int32_t> multiplier;
  std::vector<std::int8_t> shift;

  TestWeights() = default;
  TestWeights(std::int32_t filter_size, std::int32_t channels, bool per_channel, Random& random)
      : filter(random.elements<std::int8_t>(filter_size)) {
    if (!random.one_in(5)) {
      for (std::int32_t m = 0; m < channels; ++m) bias.push_back(random.between(-100000, 100000));
    }
    const std::int32_t extreme_in = random.one_in(2) ? 10 : 1000;  // else kernels would see no ordinary stage
    for (std::int32_t m = 0; m < (per_channel ? channels : 1); ++m) {
      multiplier.push_back(random.multiplier());
      shift.push_back(static_cast<std::int8_t>(random.shift(extreme_in)));
    }
  }
  ChannelWeights view() const {
    return {filter.data(), bias.empty() ? nullptr : bias.data(), multiplier.data(), shift.data()};
  }
};

// The same in a packed layout.
template <class Layout>
struct TestPacked {
  std::vector<ChannelRecord> channels;
  std::vector<std::int8_t> filter;
  bool narrow;

  template <class Params>
  TestPacked(const Params& p, const TestWeights& from)
      : channels(static_cast<std::size_t>(p.out.channels)),
        filter(static_cast<std::size_t>(Layout::filter_bytes(p))),
        narrow(Layout::narrow(p, from.view())) {
    layout::pack<Layout>(p, from.view(), channels.data(), filter.data());
  }
  PackedWeights<Layout> view() const { return {channels.data(), filter.data(), narrow}; }
};

// The constants of a stage in every layout: what a kernel set is given is in the layout that it reads.
template <class Params>
class LayoutWeights {
 public:
  LayoutWeights(const Params& p, Random& random)
      : tensorflow_(layout::TensorFlow::filter_bytes(p), p.out.channels, p.per_channel, random),
        dsp_(p, tensorflow_),
        helium_(p, tensorflow_) {}

  template <class Set>
  auto view() const {
    if constexpr (Set::template accepts<layout::TensorFlow>) {
      return tensorflow_.view();
    } else if constexpr (Set::template accepts<layout::Dsp>) {
      return dsp_.view();
    } else {
      return helium_.view();
    }
  }

 private:
  TestWeights tensorflow_;
  TestPacked<layout::Dsp> dsp_;
  TestPacked<layout::Helium> helium_;
};

template <class Params>
void fill_quantization(Params& p, Random& random) {
  p.in_zero_point = random.zero_point();
  p.out_zero_point = random.zero_point();
  p.clamp = random.clamp();
  p.per_channel = !random.one_in(4);
}

}  // namespace coinfer::test
