// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.hpp"

namespace coinfer::graph {

// Where each tensor lies while all stages run in order; by index into Graph::tensors, in bytes.
struct ArenaPlan {
  std::vector<std::int32_t> offsets;
  std::int32_t bytes = 0;
};

// First and last stage during which a tensor's bytes must not change. Inputs live from stage 0, outputs to
// the last stage; both ends of a RESHAPE are one piece of memory and share one lifetime.
struct Lifetime {
  int first = 0;
  int last = 0;

  bool overlaps(const Lifetime& other) const { return first <= other.last && other.first <= last; }
};

std::vector<Lifetime> lifetimes(const Graph& graph);

// By tensor: the tensor whose place it shares (the first one of a chain of RESHAPEs); itself if none.
std::vector<std::int32_t> arena_owners(const Graph& graph);

// Offsets are multiples of `alignment` bytes; tensors whose lifetimes overlap do not.
ArenaPlan plan_arena(const Graph& graph, std::int32_t alignment = 4);

// Bytes of the arena that stages [0, last) touch, network inputs included: what a device cut there needs.
std::int32_t arena_bytes_until(const Graph& graph, const ArenaPlan& plan, int last);

// No plan can need less: the largest sum of what lives at the same time.
std::int64_t arena_lower_bound(const Graph& graph, std::int32_t alignment = 4);

}  // namespace coinfer::graph
