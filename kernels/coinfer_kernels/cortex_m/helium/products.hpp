// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer_kernels/cortex_m/helium/matrix_product.hpp"
#include "coinfer_kernels/cortex_m/helium/vector_product.hpp"

COINFER_CODE_BEGIN
namespace coinfer::kernels::helium {

// A run of pixels whose inputs are `in_step` apart, `depth` bytes each; outputs are p.out.channels apart.
struct PixelRun {
  const std::int8_t* in;
  std::int32_t in_step;
  std::int8_t* out;
  std::int32_t count;
};

// All output channels of runs of pixels: pairs of pixels, then one that is left. A last block that has fewer
// than four channels goes through memory on the stack, as whole blocks are stored.
template <class Rounding, ScalingRule rule>
class Products {
 public:
  template <class Params>
  Products(const Params& p, std::int32_t depth, const PackedWeights<layout::Helium>& weights)
      : weights_(weights),
        channels_(p.out.channels),
        depth_(depth),
        filled_(layout::Helium::filled_up(depth, layout::Helium::vector)),
        zero_point_(p.out_zero_point),
        clamp_(p.clamp) {}

  void operator()(const PixelRun& run) const {
    if (!weights_.narrow) {
      plain(run);
      return;
    }
    const std::int32_t whole = channels_ / block * block;
    if (whole > 0) blocks(run, 0, whole / block, weights_.channels, channels_);
    if (whole < channels_) last_block(run, whole);
  }

 private:
  static constexpr std::int32_t block = layout::Helium::channel_block;
  static constexpr std::int32_t buffered = 16;  // pixels

  MatrixProduct matrix(std::int32_t first, const ChannelRecord* channels) const {
    MatrixProduct m{};
    m.filter = weights_.filter + first * filled_;
    m.filter_end = m.filter + block * filled_;
    m.channels = channels;
    m.out_zero_point = zero_point_;
    m.lowest = clamp_.min;
    m.highest = clamp_.max;
    m.padding = filled_ - depth_;
    return m;
  }

  // `count` blocks from the channel `first` on, whose constants are `channels`.
  void blocks(const PixelRun& run, std::int32_t first, std::int32_t count, const ChannelRecord* channels,
              std::int32_t out_step) const {
    const std::int32_t paired = run.count / 2 * 2;
    if (paired > 0) {
      MatrixProduct m = matrix(first, channels);
      m.in = run.in;
      m.in_step = run.in_step;
      m.out = run.out;
      m.out_step = out_step;
      m.pairs_step = 2 * run.in_step - filled_;
      m.out_end = m.out + paired * out_step;
      m.blocks = count;
      m.out_bytes = paired * out_step - block;
      matrix_product<rule>(m);
    }
    if (paired < run.count) {
      const std::int8_t* in = run.in + paired * run.in_step;
      VectorProduct v = {in,
                         in + depth_,
                         weights_.filter + first * filled_,
                         channels,
                         run.out + paired * out_step,
                         count,
                         zero_point_,
                         clamp_.min,
                         clamp_.max,
                         filled_ - depth_,
                         nullptr};
      vector_product<rule>(v);
    }
  }

  void last_block(const PixelRun& run, std::int32_t first) const {
    std::int8_t values[buffered * block];
    ChannelRecord channels[block] = {};
    for (std::int32_t m = first; m < channels_; ++m) channels[m - first] = weights_.channels[m];
    for (std::int32_t done = 0; done < run.count; done += buffered) {
      const std::int32_t left = run.count - done;
      const std::int32_t count = left < buffered ? left : buffered;
      blocks({run.in + done * run.in_step, run.in_step, values, count}, first, 1, channels, block);
      for (std::int32_t i = 0; i < count; ++i) {
        for (std::int32_t m = first; m < channels_; ++m) {
          run.out[(done + i) * channels_ + m] = values[i * block + m - first];
        }
      }
    }
  }

  void plain(const PixelRun& run) const {
    for (std::int32_t first = 0; first < channels_; first += block) {
      const MatrixProduct m = matrix(first, weights_.channels + first);
      const std::int32_t count = channels_ - first < block ? channels_ - first : block;
      for (std::int32_t i = 0; i < run.count; ++i) {
        matrix_product_plain<Rounding>(m, run.in + i * run.in_step, run.out + i * channels_ + first, count);
      }
    }
  }

  const PackedWeights<layout::Helium>& weights_;
  const std::int32_t channels_;
  const std::int32_t depth_;
  const std::int32_t filled_;
  const std::int32_t zero_point_;
  const Clamp clamp_;
};

}  // namespace coinfer::kernels::helium
COINFER_CODE_END
