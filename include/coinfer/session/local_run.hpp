// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/clock.hpp>
#include <coinfer/compiler.hpp>
#include <coinfer/device.hpp>
#include <coinfer/session/network.hpp>
#include <coinfer/session/stage_times.hpp>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// The stages of one inference that run on this device: the head, and what a local finish needs after it. One
// at a time, and measured, so that the time of a local finish is known before it is needed.
template <class Device, Fallback wanted>
class LocalRun {
  using Network = SessionNetwork<Device>;

 public:
  void bind(Device& device, const Clock& clock, uint32_t* stage_us) {
    device_ = &device;
    clock_ = clock;
    times_.bind(stage_us);
  }

  void begin(int split, int exit) {
    split_ = split;
    exit_ = exit;
    local_exit_ = choose_local_exit();
    stage_ = next_here(0, split);
  }
  int local_exit() const { return local_exit_; }  // what a local finish answers
  bool nothing_to_offload() const { return exit_within(exit_, split_); }

  // Each runs at most one stage; true when none is left.
  bool step_head() { return step(split_); }
  bool step_finish() { return step(Network::max_split(*device_)); }
  // After the head.
  void begin_finish() { stage_ = next_here(split_, Network::max_split(*device_)); }

  // Time that finishing takes from the present stage on; false while a part of it was never measured.
  bool time_to_finish(uint64_t& finish_us) const {
    finish_us = 0;
    for (int stage = stage_; stage < Network::max_split(*device_); ++stage) {
      if (!runs_here(stage)) continue;
      if (!times_.known(stage)) return false;
      finish_us += times_.worst_us(stage);
    }
    return true;
  }

  void run(int stage) {
    const uint64_t begin_us = clock_.now_us(clock_.context);
    Network::run_stage(*device_, stage);
    times_.learn(stage, clock_.now_us(clock_.context) - begin_us);
  }

 private:
  // Class exit: the deepest exit within the head, which costs nothing more; where there is none, the first
  // one that this device can make, which may be a later one than was asked for: exits are ordered by
  // computation, not by stages. The other classes: the exit that was asked for.
  int choose_local_exit() const {
    if (wanted != Fallback::exit) return exit_;
    for (int exit = exit_; exit >= 0; --exit) {
      if (exit_within(exit, split_)) return exit;
    }
    for (int exit = 0; exit < Network::exit_count(*device_); ++exit) {
      if (exit_within(exit, Network::max_split(*device_))) return exit;
    }
    return exit_;
  }
  // True when the stages [0, end) make all outputs of `exit`.
  bool exit_within(int exit, int end) const {
    for (int stage = end; stage < Network::stage_count(*device_); ++stage) {
      if (Network::needs(*device_, exit, stage)) return false;
    }
    return true;
  }
  // Those of the asked exit in the head, those of the local exit everywhere. Its part of the head has to run
  // in its place: later stages may reuse the memory of what it reads.
  bool runs_here(int stage) const {
    const bool local = Network::needs(*device_, local_exit_, stage);
    return stage < split_ ? local || Network::needs(*device_, exit_, stage) : local;
  }
  // First stage from `stage` on that runs here; `end` when there is none before it.
  int next_here(int stage, int end) const {
    while (stage < end && !runs_here(stage)) ++stage;
    return stage;
  }
  bool step(int end) {
    if (stage_ < end) {
      run(stage_);
      stage_ = next_here(stage_ + 1, end);
    }
    return stage_ >= end;
  }

  Device* device_ = nullptr;
  Clock clock_ = {};
  StageTimes times_;
  int split_ = 0;
  int exit_ = 0;
  int local_exit_ = 0;
  int stage_ = 0;  // next one to run
};

}  // namespace coinfer::detail
COINFER_CODE_END
