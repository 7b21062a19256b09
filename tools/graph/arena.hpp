// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "coinfer/overlap.hpp"
#include "graph/graph.hpp"

namespace coinfer::graph {

// Where each tensor lies while all stages run in order; by index into Graph::tensors, in bytes.
struct ArenaPlan {
  std::vector<std::int32_t> offsets;
  std::int32_t bytes = 0;
  std::int32_t least = 0;  // no plan can need less: the most that one stage needs of what lives then
};

struct ArenaOptions {
  std::int32_t alignment = 4;                             // offsets are multiples of it, in bytes
  DepthwiseOrder depthwise_order = DepthwiseOrder::rows;  // of the kernels that will run in it
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

// How the output of a stage may overlap the tensor `input`, which no later stage reads.
Overlap stage_overlap(const Graph& graph, const Stage& stage, std::int32_t input, DepthwiseOrder order);

// Tensors whose lifetimes overlap do not, but for the output of a stage and the inputs that die with it.
ArenaPlan plan_arena(const Graph& graph, const ArenaOptions& options = {});

// Bytes of the arena that stages [0, last) touch, network inputs included: what a device cut there needs.
std::int32_t arena_bytes_until(const Graph& graph, const ArenaPlan& plan, int last);

// By stage: what lives while it runs, were each tensor to have memory of its own; and the most of that.
std::vector<std::int64_t> live_bytes(const Graph& graph);
std::int64_t peak_live_bytes(const Graph& graph);

}  // namespace coinfer::graph
