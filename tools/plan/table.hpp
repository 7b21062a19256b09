// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coinfer/split_choice.hpp"
#include "plan/reduce.hpp"

namespace coinfer::plan {

// A split table that owns its candidates, as numbers of the device's format.
struct Table {
  SplitTable header{};
  std::vector<SplitCandidate> candidates;
  std::vector<SplitOverlap> overlaps;

  // What it takes in the flash of a 32-bit core.
  std::size_t bytes() const {
    return device_header_bytes + candidates.size() * sizeof(SplitCandidate) +
           overlaps.size() * sizeof(SplitOverlap);
  }
  static constexpr std::size_t device_header_bytes = sizeof(SplitTable) - 2 * sizeof(void*) + 2 * 4;

  // Refers to this object.
  SplitTable view() const {
    SplitTable table = header;
    table.candidates = candidates.data();
    table.overlaps = overlaps.data();
    return table;
  }
};

// Units are chosen for the box. `candidates`: what reduce() kept, 1 to 254 of them; throws
// std::invalid_argument where there are more, or where a number does not fit the format.
Table make_table(const std::vector<Candidate>& candidates, const Setting& setting, const Box& box,
                 std::span<const std::uint8_t, 32> identity, std::uint32_t version);

// Where a device begins: bandwidth and round trip in the middle of the box, an edge peer with nothing else to
// do.
coinfer::Conditions start_conditions(const Box& box);

// What coinfer/split_table_slot.hpp reads.
std::string table_file(const Table& table, const coinfer::Conditions& start);

// As the device gets to know them.
coinfer::Conditions to_device(const Conditions& conditions, LinkState link);

}  // namespace coinfer::plan
