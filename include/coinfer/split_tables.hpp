// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"
#include "coinfer/device.hpp"
#include "coinfer/session/table_receiver.hpp"
#include "coinfer/split_table_slot.hpp"
#include "coinfer/topology.hpp"

// Split tables that replace one another while the device runs:
//
//   static coinfer::SplitTables<16> tables;  // room for two tables of 16 candidates
//   tables.bind(kws::split_table, coinfer::table_rules<decltype(device)>(allowed));
//   session.accept_tables(tables.receiver());
//   selector.bind(tables.current(), kws::split_start);
//   ...
//   if (tables.adopt()) selector.use(tables.current());  // between two inferences
COINFER_CODE_BEGIN
namespace coinfer {

namespace detail {

template <class Device>
struct CompleteAt {
  using Net = typename Device::Net;
  uint16_t split[Net::exit_count] = {};

  constexpr CompleteAt() {
    for (int exit = 0; exit < Net::exit_count; ++exit) {
      int first = 0;
      while (!Net::exit_in_head(exit, first)) ++first;
      split[exit] = static_cast<uint16_t>(first);
    }
  }
};
template <class Device>
inline constexpr CompleteAt<Device> complete_at = {};

}  // namespace detail

// What a table must agree with on this device. `least_version`: the highest one that the device ever had,
// from where it keeps such values; older tables are refused for good.
template <class Device>
constexpr TableRules table_rules(AllowedSplits allowed = {}, uint32_t least_version = 0) {
  TableRules rules;
  rules.identity = Device::Model::identity;
  rules.above_version = least_version == 0 ? 0 : least_version - 1;
  rules.max_split = Device::max_split;
  rules.complete_at = detail::complete_at<Device>.split;
  rules.exit_count = Device::Net::exit_count;
  rules.allowed = allowed;
  return rules;
}

// For a static_assert on the table that a firmware is built with.
constexpr bool table_fits(const SplitTable& table, const TableRules& rules) {
  for (int i = 0; i < 32; ++i) {
    if (table.identity[i] != rules.identity[i]) return false;
  }
  for (int i = 0; i < table.candidate_count; ++i) {
    if (detail::check(table.candidates[i], rules, UINT8_MAX) != TableFault::none) return false;
  }
  return true;
}

template <int most_candidates, int most_overlaps = 1>
class SplitTables {
 public:
  SplitTables() = default;
  SplitTables(const SplitTables&) = delete;  // current() may point into it
  SplitTables& operator=(const SplitTables&) = delete;

  // `built_in` must outlive it, and what `rules` points to.
  void bind(const SplitTable& built_in, const TableRules& rules) {
    current_ = &built_in;
    rules_ = rules;
    spare_ = 0;
    refused_ = 0;
    slots_[0].begin();
    slots_[1].begin();
  }

  const SplitTable& current() const { return *current_; }

  // True when a newer table has come and was found right: it is current() from now on. Keep its version
  // where it outlives a restart.
  bool adopt() {
    if (!slots_[spare_].valid()) return false;
    current_ = &slots_[spare_].table();
    spare_ = 1 - spare_;
    slots_[spare_].begin();
    return true;
  }

  uint32_t refused() const { return refused_; }
  TableFault last_fault() const { return last_fault_; }  // of the last table that was finished

  // For Session::accept_tables().
  TableReceiver& receiver() {
    static constexpr TableReceiver::Calls calls = {
        [](void* self) { return static_cast<SplitTables*>(self)->newest(); },
        [](void* self) { static_cast<SplitTables*>(self)->begin(); },
        [](void* self, const uint8_t* bytes, size_t count) {
          static_cast<SplitTables*>(self)->take(bytes, count);
        },
        [](void* self) { static_cast<SplitTables*>(self)->finish(); }};
    receiver_.bind(this, calls);
    return receiver_;
  }

 private:
  using Slot = SplitTableSlot<most_candidates, most_overlaps>;

  Slot& spare() { return slots_[spare_]; }
  uint32_t newest() const {
    return slots_[spare_].valid() ? slots_[spare_].table().version : current_->version;
  }
  // One that waits to be adopted is not overwritten: what comes meanwhile comes again with the next
  // connection.
  void begin() {
    if (!spare().valid()) spare().begin();
  }
  void take(const uint8_t* bytes, size_t count) {
    if (!spare().valid()) spare().take(bytes, count);
  }
  void finish() {
    if (spare().valid()) return;
    TableRules rules = rules_;
    if (rules.above_version < current_->version) rules.above_version = current_->version;
    last_fault_ = spare().finish(rules);
    if (last_fault_ != TableFault::none) ++refused_;
  }

  const SplitTable* current_ = nullptr;
  TableRules rules_ = {};
  Slot slots_[2];
  TableReceiver receiver_;
  uint32_t refused_ = 0;
  uint8_t spare_ = 0;  // the slot that current() does not lie in
  TableFault last_fault_ = TableFault::none;
};

}  // namespace coinfer
COINFER_CODE_END
