// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

// The split table: what `coinfer plan` found worth choosing from, and what each choice costs as a function of
// the conditions. Constants in flash; coinfer/split_choice.hpp reads it.
//
// Times are counted in units of 2^time_shift ns, energies in units of the planner's choice: both such that
// what the best candidates cost in the planned ranges has at most 30 bits, and as many as there are.
COINFER_CODE_BEGIN
namespace coinfer {

inline constexpr uint8_t split_table_format = 1;

enum class Objective : uint8_t {
  latency,   // the least expected latency
  accuracy,  // the most accuracy that is in time, then the least expected latency
  energy,    // the least expected energy that is in time
};

// What has to happen before the first byte of a feature can be sent.
enum class LinkState : uint8_t {
  warm,       // nothing
  resumable,  // a handshake with a session ticket or a pre-shared key
  cold,       // a full handshake
  down,       // it cannot be sent at all
};

// One way to answer: where to cut, for which exit, what to send. Its worst-case latency is
//   compute + bytes / bandwidth + round trip + queue wait + load * tail
// and `compute` alone where it does not need the link.
struct SplitCandidate {
  uint32_t compute;   // of the device, time units
  uint32_t bytes;     // on the wire in both directions, framing and TLS included
  uint32_t tail;      // of the edge peer without load, time units with tail_bits fractional bits
  uint32_t energy;    // of the device's expected computation
  uint16_t expected;  // part of `compute` that is expected where an early exit may answer, of always
  uint16_t offload;   // probability that the link is needed, of always
  uint16_t accuracy;  // expected, of accuracy_one
  uint8_t split;
  uint8_t exit;
  uint8_t codec;      // 0: raw
  uint8_t threshold;  // 0: exits are not left early; else number of the confidence thresholds
  uint8_t overlap;    // 0: the feature is sent when it is complete; else 1 + index into the overlaps
  uint8_t reserved;   // 0
};

// Of a feature that is sent while it is still being computed: latency is the larger one of two sums, one
// bound by the device (compute, and the bytes that are left then) and one by the link (this).
struct SplitOverlap {
  uint32_t compute;  // until the first byte can be sent
  uint32_t bytes;    // all of them
};

inline constexpr uint16_t always = 1U << 15;
inline constexpr uint16_t accuracy_one = 10000;

// What opening the link costs the device.
struct HandshakeCost {
  uint32_t compute;  // time units, both ends
  uint32_t bytes;
  uint32_t round_trips;
};

struct SplitTable {
  uint8_t format;
  uint8_t time_shift;  // [0, 20]
  uint8_t tail_bits;   // [0, 10]
  Objective objective;
  uint8_t candidate_count;  // at least 1
  uint8_t energy_bits;      // [0, 56]
  uint32_t version;         // rises with each table for the same devices
  uint32_t deadline_us;     // that the table was made for; 0: none
  uint32_t send_energy;     // per ns of sending, energy_bits fractional bits
  uint32_t wait_energy;     // per ns of waiting for the edge peer, energy_bits fractional bits
  HandshakeCost resumed;
  HandshakeCost full;
  uint8_t identity[32];  // of the model
  const SplitCandidate* candidates;
  const SplitOverlap* overlaps;
};

}  // namespace coinfer
COINFER_CODE_END
