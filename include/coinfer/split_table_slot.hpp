// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "coinfer/allowed_splits.hpp"
#include "coinfer/compiler.hpp"
#include "coinfer/split_choice.hpp"
#include "coinfer/split_table.hpp"

// A split table that comes from outside: a file that `coinfer plan --table` wrote, or what an edge peer sent.
// The bytes are the header, its candidates and its overlaps as they lie in memory, little-endian.
COINFER_CODE_BEGIN
namespace coinfer {

struct SplitTableHeader {
  uint8_t magic[4];
  uint8_t format;
  uint8_t time_shift;
  uint8_t tail_bits;
  uint8_t objective;
  uint8_t candidate_count;
  uint8_t overlap_count;
  uint8_t energy_bits;
  uint8_t reserved;  // 0
  uint32_t version;
  uint32_t deadline_us;
  uint32_t send_energy;
  uint32_t wait_energy;
  HandshakeCost resumed;
  HandshakeCost full;
  uint8_t identity[32];
  uint32_t byte_time_q8;  // of the conditions to begin with
  uint32_t round_trip_us;
  uint32_t wait_us;
  uint32_t load_q10;
  uint32_t checksum;  // CRC-32 of what is before it, then of candidates and overlaps
};
static_assert(sizeof(SplitTableHeader) == 104 && sizeof(SplitCandidate) == 28 && sizeof(SplitOverlap) == 8,
              "coinfer: the split table's structs must have no padding");

inline constexpr uint8_t split_table_magic[4] = {'C', 'i', 'S', 'T'};

enum class TableFault : uint8_t {
  none,
  not_a_table,
  other_format,   // of another version of coinfer
  length,         // more or fewer bytes than the header says
  damaged,        // the checksum
  too_many,       // more candidates or overlaps than this device has room for
  other_model,    // its identity
  not_newer,      // its version is not above the present one
  out_of_range,   // a number that no table has
  not_supported,  // codecs or exit thresholds that this version does not know
  not_allowed,    // it cuts where this device must not be cut, or has no stages
};

constexpr const char* to_string(TableFault fault) {
  switch (fault) {
    case TableFault::none:
      return "none";
    case TableFault::not_a_table:
      return "is no split table";
    case TableFault::other_format:
      return "is a split table of another format";
    case TableFault::length:
      return "has not the length that it says";
    case TableFault::damaged:
      return "is damaged";
    case TableFault::too_many:
      return "has more candidates than this device has room for";
    case TableFault::other_model:
      return "is the split table of another model";
    case TableFault::not_newer:
      return "is not newer than the present table";
    case TableFault::out_of_range:
      return "has a number out of range";
    case TableFault::not_supported:
      return "needs a codec or an exit threshold that is not supported";
    case TableFault::not_allowed:
      return "cuts where this device must not be cut";
  }
  return "invalid fault";
}

// What a table must agree with.
struct TableRules {
  const uint8_t* identity = nullptr;  // of the model, 32 bytes
  uint32_t above_version = 0;         // 0: any, as no table has the number 0
  int max_split = 0;                  // that the device is built for
  // For each exit, the least split at which nothing of it is left for an edge peer. Candidates that do
  // without the link must not lie before it.
  const uint16_t* complete_at = nullptr;
  int exit_count = 0;
  AllowedSplits allowed = {};
};

namespace detail {

// CRC-32 of IEEE 802.3, continued from `crc`; begins with 0.
inline uint32_t crc32(uint32_t crc, const void* data, size_t count) {
  const auto* bytes = static_cast<const uint8_t*>(data);
  crc = ~crc;
  for (size_t i = 0; i < count; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

constexpr TableFault check(const SplitTableHeader& h, const TableRules& rules) {
  for (int i = 0; i < 32; ++i) {
    if (h.identity[i] != rules.identity[i]) return TableFault::other_model;
  }
  if (h.version <= rules.above_version) return TableFault::not_newer;
  const bool good = h.time_shift <= 20 && h.tail_bits <= 10 && h.energy_bits <= 56 && h.reserved == 0 &&
                    h.objective <= static_cast<uint8_t>(Objective::energy) && h.candidate_count != 0 &&
                    h.candidate_count != no_candidate && h.load_q10 >= 1 && h.resumed.compute <= most_units &&
                    h.full.compute <= most_units && h.resumed.bytes <= most_units &&
                    h.full.bytes <= most_units;
  return good ? TableFault::none : TableFault::out_of_range;
}

constexpr TableFault check(const SplitCandidate& c, const TableRules& rules, int overlap_count) {
  const bool good = c.compute <= most_units && c.bytes <= most_units && c.tail <= most_units &&
                    c.energy <= most_units && c.expected <= always && c.offload <= always &&
                    c.accuracy <= accuracy_one && c.overlap <= overlap_count && c.reserved == 0 &&
                    c.exit < rules.exit_count;
  if (!good) return TableFault::out_of_range;
  if (c.codec != 0 || c.threshold != 0) return TableFault::not_supported;
  const bool allowed = c.split <= rules.max_split && (c.offload == 0 ? c.split >= rules.complete_at[c.exit]
                                                                     : rules.allowed.contains(c.split));
  return allowed ? TableFault::none : TableFault::not_allowed;
}

}  // namespace detail

// Room for one table. Bytes come in any pieces; nothing of it is valid before finish() says so.
template <int most_candidates, int most_overlaps = 1>
class SplitTableSlot {
 public:
  SplitTableSlot() = default;
  SplitTableSlot(const SplitTableSlot&) = delete;  // table() points into it
  SplitTableSlot& operator=(const SplitTableSlot&) = delete;

  void begin() {
    received_ = 0;
    valid_ = false;
  }

  // Bytes beyond what fits are counted only.
  void take(const uint8_t* bytes, size_t count) {
    while (count != 0) {
      size_t room = 0;
      uint8_t* place = place_of(received_, room);
      const size_t size = room == 0 || count < room ? count : room;
      if (room != 0) std::memcpy(place, bytes, size);
      received_ += static_cast<uint32_t>(size);
      bytes += size;
      count -= size;
    }
  }

  // The verdict on all bytes since begin().
  TableFault finish(const TableRules& rules) {
    const TableFault fault = verdict(rules);
    valid_ = fault == TableFault::none;
    if (!valid_) return fault;
    const SplitTableHeader& h = header_;
    table_ = {h.format,
              h.time_shift,
              h.tail_bits,
              static_cast<Objective>(h.objective),
              h.candidate_count,
              h.energy_bits,
              h.version,
              h.deadline_us,
              h.send_energy,
              h.wait_energy,
              h.resumed,
              h.full,
              {},
              candidates_,
              overlaps_};
    std::memcpy(table_.identity, h.identity, sizeof table_.identity);
    return fault;
  }

  bool valid() const { return valid_; }
  // Once valid, until the next begin().
  const SplitTable& table() const { return table_; }
  Conditions start() const {
    return {header_.byte_time_q8, header_.round_trip_us, header_.wait_us, header_.load_q10, LinkState::warm};
  }

 private:
  static_assert(most_candidates >= 1 && most_candidates < no_candidate, "coinfer: 1 to 254 candidates");
  static_assert(most_overlaps >= 1 && most_overlaps <= most_candidates, "coinfer: 1 overlap a candidate");

  // Where the byte at an offset belongs, and how many follow there; 0: it does not fit, or not yet is known
  // to.
  uint8_t* place_of(uint32_t offset, size_t& room) {
    constexpr uint32_t header_bytes = sizeof header_;
    if (offset < header_bytes) {
      room = header_bytes - offset;
      return reinterpret_cast<uint8_t*>(&header_) + offset;
    }
    room = 0;
    if (header_.candidate_count > most_candidates || header_.overlap_count > most_overlaps) return nullptr;
    offset -= header_bytes;
    const auto candidate_bytes = static_cast<uint32_t>(header_.candidate_count * sizeof(SplitCandidate));
    if (offset < candidate_bytes) {
      room = candidate_bytes - offset;
      return reinterpret_cast<uint8_t*>(candidates_) + offset;
    }
    offset -= candidate_bytes;
    const auto overlap_bytes = static_cast<uint32_t>(header_.overlap_count * sizeof(SplitOverlap));
    if (offset >= overlap_bytes) return nullptr;
    room = overlap_bytes - offset;
    return reinterpret_cast<uint8_t*>(overlaps_) + offset;
  }

  TableFault verdict(const TableRules& rules) const {
    const SplitTableHeader& h = header_;
    if (received_ < sizeof h || std::memcmp(h.magic, split_table_magic, sizeof h.magic) != 0)
      return TableFault::not_a_table;
    if (h.format != split_table_format) return TableFault::other_format;
    const size_t candidate_bytes = h.candidate_count * sizeof(SplitCandidate);
    const size_t overlap_bytes = h.overlap_count * sizeof(SplitOverlap);
    if (received_ != sizeof h + candidate_bytes + overlap_bytes) return TableFault::length;
    if (h.candidate_count > most_candidates || h.overlap_count > most_overlaps) return TableFault::too_many;
    uint32_t crc = detail::crc32(0, &h, offsetof(SplitTableHeader, checksum));
    crc = detail::crc32(crc, candidates_, candidate_bytes);
    if (detail::crc32(crc, overlaps_, overlap_bytes) != h.checksum) return TableFault::damaged;
    TableFault fault = detail::check(h, rules);
    for (int i = 0; i < h.candidate_count && fault == TableFault::none; ++i)
      fault = detail::check(candidates_[i], rules, h.overlap_count);
    for (int i = 0; i < h.overlap_count && fault == TableFault::none; ++i) {
      if (overlaps_[i].compute > detail::most_units || overlaps_[i].bytes > detail::most_units)
        fault = TableFault::out_of_range;
    }
    return fault;
  }

  SplitTableHeader header_ = {};
  SplitCandidate candidates_[most_candidates] = {};
  SplitOverlap overlaps_[most_overlaps] = {};
  SplitTable table_ = {};
  uint32_t received_ = 0;
  bool valid_ = false;
};

}  // namespace coinfer
COINFER_CODE_END
