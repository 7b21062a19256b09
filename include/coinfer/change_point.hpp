// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

// Has a noisy series changed its level? Two detectors in integers, with the same members. The series is a
// logarithm, base 2 with 8 fractional bits, of at most 8 octaves around 0. restart() comes first.
COINFER_CODE_BEGIN
namespace coinfer {

namespace detail {

// log2(value), 8 fractional bits, at most 0.011 off; 0 for 0.
constexpr int32_t log2_q8(uint32_t value) {
  if (value == 0) return 0;
  int32_t whole = 31;
  while ((value & 0x80000000U) == 0) {
    value <<= 1;
    --whole;
  }
  const uint32_t m = (value >> 19) & 0xFFF;  // log2(1 + m) is about m + m (1 - m) 0.344
  return whole * 256 + static_cast<int32_t>((m * 4096 + m * (4096 - m) / 32 * 11 + 32768) >> 16);
}

constexpr int32_t limited(int32_t value, int32_t most) {
  return value > most ? most : value < -most ? -most : value;
}

inline constexpr int32_t most_level = 8 * 256;
inline constexpr int32_t usual_noise =
    38;  // a sample is 10% off: standard deviation before anything is known

}  // namespace detail

// Cumulative sums of what lies beyond the usual noise, one for each direction (Page, Continuous Inspection
// Schemes, 1954). A fixed number of instructions.
class Cusum {
 public:
  // `level`: the first sample of a new segment.
  void restart(int32_t level) {
    mean_q4_ = detail::limited(level, detail::most_level) * 16;
    noise_ = detail::usual_noise;
    rise_ = fall_ = 0;
  }

  // Takes a sample; true when the level has changed, which restarts the detector with it.
  bool add(int32_t sample) {
    const int32_t off = detail::limited(sample, detail::most_level) - mean_q4_ / 16;
    const int32_t z = detail::limited(off * 16 / noise_, most_step);
    rise_ = rise_ + z - drift > 0 ? rise_ + z - drift : 0;
    fall_ = fall_ - z - drift > 0 ? fall_ - z - drift : 0;
    if (rise_ > alarm || fall_ > alarm) {
      restart(sample);
      return true;
    }
    const int32_t usual = detail::limited(off, 3 * noise_);
    mean_q4_ += usual * 2;
    noise_ += ((usual < 0 ? -usual : usual) - noise_) / 8;
    if (noise_ < least_noise) noise_ = least_noise;
    return false;
  }

 private:
  // Of the mean deviation, 4 fractional bits. One outlier alone, however large, gives no alarm, two do.
  static constexpr int32_t drift = 12;
  static constexpr int32_t most_step = 72;
  static constexpr int32_t alarm = 88;
  static constexpr int32_t least_noise = 8;

  int32_t mean_q4_ = 0;
  int32_t noise_ = 0;  // mean deviation
  int32_t rise_ = 0;
  int32_t fall_ = 0;
};

// Bayesian on-line change-point detection (Adams and MacKay, arXiv 0710.3742) with an unknown mean and
// variance for each segment and a bounded run length: a change is when the likeliest run length drops.
// `longest`: of the run lengths that are told apart, [8, 64]; instructions and RAM are proportional to it.
template <int longest = 24>
class BayesianChangePoint {
  static_assert(longest >= 8 && longest <= 64, "coinfer: run lengths of 8 to 64");

 public:
  void restart(int32_t level) {
    runs_[0] = first(detail::limited(level, detail::most_level), 0);
    count_ = 1;
    likeliest_ = 1;
  }

  bool add(int32_t sample) {
    sample = detail::limited(sample, detail::most_level);
    if (count_ == longest) forget_one();
    // runs_[i] has seen i + 1 samples; this one prolongs each of them, or begins a new one.
    for (int i = count_; i > 0; --i) runs_[i] = prolonged(runs_[i - 1], i, sample);
    runs_[0] = first(sample, begins + anywhere);
    ++count_;
    normalize();
    const int likeliest = find_likeliest();
    const bool changed = likeliest <= likeliest_ / 2;
    likeliest_ = likeliest;
    if (changed) restart(sample);
    return changed;
  }

 private:
  struct Run {
    int32_t weight;   // log2 of its probability, 8 fractional bits
    int32_t mean_q4;  // 4 more fractional bits
    uint32_t spread;  // half the sum of squared deviations, and what is assumed beforehand
  };

  static constexpr int32_t most_weight = 1 << 20;
  static constexpr uint32_t most_spread = 1U << 24;
  static constexpr int32_t begins = -6 * 256;     // one sample of 64 begins a segment
  static constexpr int32_t continues = 6;         // -log2(63/64)
  static constexpr int32_t anywhere = -12 * 256;  // its level is somewhere in the 16 octaves

  static Run first(int32_t level, int32_t weight) {
    return {weight, level * 16, static_cast<uint32_t>(detail::usual_noise * detail::usual_noise)};
  }

  // log2 of a Student distribution: what a run of n samples expects of the next one.
  static int32_t predict(const Run& run, int32_t n, int32_t sample) {
    const int32_t off = sample - run.mean_q4 / 16;
    const uint32_t scale = 2 * run.spread * static_cast<uint32_t>(n + 1);
    const auto square = static_cast<uint32_t>(off * off) * static_cast<uint32_t>(n);
    const int32_t tail = detail::log2_q8(scale + square) - detail::log2_q8(scale);
    const int32_t width = detail::log2_q8(scale) - detail::log2_q8(static_cast<uint32_t>((n + 2) * n));
    return -339 - 92 / (n + 2) - width / 2 - (n + 3) * tail / 2;
  }

  static Run prolonged(const Run& run, int32_t n, int32_t sample) {
    const int32_t off_q4 = sample * 16 - run.mean_q4;
    const auto square = static_cast<uint32_t>((off_q4 / 16) * (off_q4 / 16));
    Run next = run;
    next.weight += predict(run, n, sample) - continues;
    next.mean_q4 += off_q4 / (n + 1);
    next.spread += square / 2 * static_cast<uint32_t>(n) / static_cast<uint32_t>(n + 1);
    if (next.spread > most_spread) next.spread = most_spread;
    return next;
  }

  // Makes the probabilities sum to 1.
  void normalize() {
    int32_t heaviest = runs_[0].weight;
    for (int i = 1; i < count_; ++i) {
      if (runs_[i].weight > heaviest) heaviest = runs_[i].weight;
    }
    uint32_t sum = 0;
    for (int i = 0; i < count_; ++i) {
      const auto less = static_cast<uint32_t>(heaviest - runs_[i].weight);
      if (less < 16 * 256) sum += ((512 - (less & 0xFF)) << 15) >> (less >> 8);  // 2^-f is about 1 - f / 2
    }
    const int32_t total = heaviest + detail::log2_q8(sum) - 24 * 256;
    for (int i = 0; i < count_; ++i) runs_[i].weight = detail::limited(runs_[i].weight - total, most_weight);
  }

  // The two longest run lengths become one.
  void forget_one() {
    --count_;
    if (runs_[count_].weight > runs_[count_ - 1].weight) runs_[count_ - 1] = runs_[count_];
  }

  int find_likeliest() const {
    int best = 0;
    for (int i = 1; i < count_; ++i) {
      if (runs_[i].weight > runs_[best].weight) best = i;
    }
    return best + 1;
  }

  Run runs_[longest] = {};
  int count_ = 0;
  int likeliest_ = 0;
};

}  // namespace coinfer
COINFER_CODE_END
