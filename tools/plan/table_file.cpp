// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cmath>
#include <cstring>

#include "coinfer/split_table_slot.hpp"
#include "plan/table.hpp"

namespace coinfer::plan {

coinfer::Conditions start_conditions(const Box& box) {
  const auto middle = [](double low, double high) {
    return low > 0.0 ? std::sqrt(low * high) : (low + high) / 2;
  };
  return to_device({middle(box.low.us_per_byte, box.high.us_per_byte),
                    middle(box.low.round_trip_us, box.high.round_trip_us), box.low.wait_us, box.low.load},
                   LinkState::warm);
}

std::string table_file(const Table& table, const coinfer::Conditions& start) {
  static_assert(std::endian::native == std::endian::little,
                "the file has the bytes of a little-endian machine");
  const SplitTable& t = table.header;
  SplitTableHeader header{};
  std::memcpy(header.magic, split_table_magic, sizeof header.magic);
  header.format = t.format;
  header.time_shift = t.time_shift;
  header.tail_bits = t.tail_bits;
  header.objective = static_cast<std::uint8_t>(t.objective);
  header.candidate_count = t.candidate_count;
  header.overlap_count = static_cast<std::uint8_t>(table.overlaps.size());
  header.energy_bits = t.energy_bits;
  header.version = t.version;
  header.deadline_us = t.deadline_us;
  header.send_energy = t.send_energy;
  header.wait_energy = t.wait_energy;
  header.resumed = t.resumed;
  header.full = t.full;
  std::memcpy(header.identity, t.identity, sizeof header.identity);
  header.byte_time_q8 = start.byte_time_q8;
  header.round_trip_us = start.round_trip_us;
  header.wait_us = start.wait_us;
  header.load_q10 = start.load_q10;

  std::string rest(reinterpret_cast<const char*>(table.candidates.data()),
                   table.candidates.size() * sizeof(SplitCandidate));
  rest.append(reinterpret_cast<const char*>(table.overlaps.data()),
              table.overlaps.size() * sizeof(SplitOverlap));
  const std::uint32_t crc = coinfer::detail::crc32(0, &header, offsetof(SplitTableHeader, checksum));
  header.checksum = coinfer::detail::crc32(crc, rest.data(), rest.size());
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + rest;
}

}  // namespace coinfer::plan
