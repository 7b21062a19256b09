// SPDX-License-Identifier: Apache-2.0
#include "graph/placement.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <tuple>
#include <utility>

namespace coinfer::graph {
namespace {

using Order = std::vector<std::size_t>;

// Neighbors looked at by the whole search: some tenths of a second.
constexpr std::int64_t search_budget = 10'000'000;
constexpr int most_rounds = 20'000;

struct Placement {
  std::vector<std::int64_t> offsets;
  std::int64_t total = 0;
  std::int64_t steps = 0;  // sum over the steps of the total of all blocks up to then

  bool better_than(const Placement& other) const {
    return std::tie(total, steps) < std::tie(other.total, other.steps);
  }
};

class Placer {
 public:
  explicit Placer(const std::vector<Block>& blocks) : blocks_(blocks), by_first_(blocks.size()) {
    std::iota(by_first_.begin(), by_first_.end(), 0U);
    std::ranges::stable_sort(by_first_, {}, [&](std::size_t b) { return blocks[b].first; });
  }

  // Each block in turn at the lowest offset that the blocks before it leave.
  Placement place(const Order& order) {
    Placement result;
    result.offsets.assign(blocks_.size(), -1);
    for (const std::size_t b : order) result.offsets[b] = lowest(blocks_[b], result.offsets);
    int step = 0;
    for (const std::size_t b : by_first_) {
      result.steps += result.total * (blocks_[b].first - step);
      step = blocks_[b].first;
      result.total = std::max(result.total, result.offsets[b] + blocks_[b].bytes);
    }
    return result;
  }

 private:
  std::int64_t lowest(const Block& block, const std::vector<std::int64_t>& offsets) {
    taken_.clear();
    for (const Neighbor& n : block.neighbors) {
      if (offsets[n.other] >= 0)
        taken_.push_back({offsets[n.other] - n.below, offsets[n.other] + n.above, &n});
    }
    std::ranges::sort(taken_, {}, &Taken::begin);
    std::int64_t lowest = 0;
    for (const Taken& t : taken_) {
      if (lowest <= t.begin) break;
      lowest = std::max(lowest, t.end);
    }
    for (const Taken& t : taken_) {
      const std::int64_t place = offsets[t.by->other];
      if (!t.by->in_place || place >= lowest) continue;
      const bool free = std::ranges::all_of(taken_, [&](const Taken& other) {
        return place <= other.begin || place >= other.end ||
               (other.by->in_place && place == offsets[other.by->other]);
      });
      if (free) lowest = place;
    }
    return lowest;
  }

  // Offsets between `begin` and `end` are not free.
  struct Taken {
    std::int64_t begin;
    std::int64_t end;
    const Neighbor* by;
  };

  const std::vector<Block>& blocks_;
  Order by_first_;
  std::vector<Taken> taken_;
};

std::size_t topmost(const std::vector<Block>& blocks, const Placement& placement) {
  std::size_t top = 0;
  for (std::size_t b = 1; b < blocks.size(); ++b) {
    if (placement.offsets[b] + blocks[b].bytes > placement.offsets[top] + blocks[top].bytes) top = b;
  }
  return top;
}

void move_block(Order& order, std::size_t from, std::size_t to) {
  const std::size_t block = order[from];
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(from));
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(to), block);
}

std::vector<Order> first_orders(const std::vector<Block>& blocks) {
  Order in_order(blocks.size());
  std::iota(in_order.begin(), in_order.end(), 0U);
  Order reversed(in_order.rbegin(), in_order.rend());
  Order by_size = in_order;
  std::ranges::stable_sort(by_size, std::greater<>(), [&](std::size_t b) { return blocks[b].bytes; });
  Order by_neighbors = in_order;
  std::ranges::stable_sort(by_neighbors, std::greater<>(),
                           [&](std::size_t b) { return blocks[b].neighbors.size(); });
  return {by_size, by_neighbors, in_order, reversed};
}

}  // namespace

std::vector<std::int64_t> place_blocks(const std::vector<Block>& blocks, std::int64_t lower_bound) {
  if (blocks.empty()) return {};
  Placer placer(blocks);
  Order best_order;
  Placement best;
  for (const Order& order : first_orders(blocks)) {
    Placement candidate = placer.place(order);
    if (!best_order.empty() && !candidate.better_than(best)) continue;
    best = std::move(candidate);
    best_order = order;
  }
  std::int64_t per_round = 1;
  for (const Block& block : blocks) per_round += static_cast<std::int64_t>(block.neighbors.size());
  const auto rounds = static_cast<int>(std::min<std::int64_t>(most_rounds, search_budget / per_round));
  std::minstd_rand random(1);  // the same on every machine
  const auto pick = [&] { return random() % blocks.size(); };
  Order order = best_order;
  for (int round = 0; round < rounds && best.total > lower_bound; ++round) {
    order = best_order;
    const std::size_t moved =
        round % 4 == 0
            ? static_cast<std::size_t>(std::ranges::find(order, topmost(blocks, best)) - order.begin())
            : pick();
    move_block(order, moved, round % 8 == 0 ? 0 : pick());
    if (round % 3 == 0) move_block(order, pick(), pick());
    Placement candidate = placer.place(order);
    if (best.better_than(candidate)) continue;  // equally good ones lead away from where nothing helps
    best = std::move(candidate);
    best_order = order;
  }
  return best.offsets;
}

}  // namespace coinfer::graph
