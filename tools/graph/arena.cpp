// SPDX-License-Identifier: Apache-2.0
#include "graph/arena.hpp"

#include <algorithm>
#include <numeric>

#include "graph/import_error.hpp"
#include "graph/placement.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

constexpr std::int64_t max_arena = std::int64_t{1} << 30;

std::int64_t aligned(std::int64_t bytes, std::int32_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

// The tensors that have memory of their own, with all their RESHAPEs, and what their lifetimes demand.
struct Layout {
  std::vector<std::int32_t> owners;   // by tensor
  std::vector<Lifetime> lives;        // by tensor
  std::vector<std::size_t> block_of;  // by tensor
  std::vector<std::int32_t> tensors;  // by block: its owner
  std::vector<Block> blocks;
};

Layout layout_of(const Graph& graph, const ArenaOptions& options) {
  Layout layout{
      arena_owners(graph), lifetimes(graph), std::vector<std::size_t>(graph.tensors.size()), {}, {}};
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (layout.owners[t] != static_cast<std::int32_t>(t)) continue;
    layout.block_of[t] = layout.blocks.size();
    layout.tensors.push_back(layout.owners[t]);
    layout.blocks.push_back(
        {aligned(graph.tensors[t].bytes(), options.alignment), layout.lives[t].first, {}});
  }
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    layout.block_of[t] = layout.block_of[static_cast<std::size_t>(layout.owners[t])];
  }
  return layout;
}

const Lifetime& life_of(const Layout& layout, std::size_t block) {
  return layout.lives[static_cast<std::size_t>(layout.tensors[block])];
}

// True when stage `s` makes block `out` and is the last one to read block `in`.
bool hands_over(const Layout& layout, int s, std::size_t in, std::size_t out) {
  return in != out && life_of(layout, in).last == s && life_of(layout, out).first == s;
}

void add_neighbors(Layout& layout, const Graph& graph, const ArenaOptions& options) {
  std::vector<Block>& blocks = layout.blocks;
  for (std::size_t a = 0; a < blocks.size(); ++a) {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (a == b || !life_of(layout, a).overlaps(life_of(layout, b))) continue;
      blocks[a].neighbors.push_back({b, blocks[a].bytes, blocks[b].bytes, false});
    }
  }
  const auto neighbor = [&](std::size_t block, std::size_t other) -> Neighbor& {
    return *std::ranges::find(blocks[block].neighbors, other, &Neighbor::other);
  };
  for (int s = 0; s < stage_count(graph); ++s) {
    const Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    const std::size_t out = layout.block_of[static_cast<std::size_t>(stage.output)];
    for (const std::int32_t input : stage.inputs) {
      const std::size_t in = layout.block_of[static_cast<std::size_t>(input)];
      if (!hands_over(layout, s, in, out)) continue;
      const Overlap overlap = stage_overlap(graph, stage, input, options.depthwise_order);
      Neighbor& of_out = neighbor(out, in);
      Neighbor& of_in = neighbor(in, out);
      of_out.below = of_in.above = std::min(blocks[out].bytes, aligned(overlap.distance, options.alignment));
      of_out.in_place = of_in.in_place = overlap.in_place;
    }
  }
}

// What the stage needs: the tensors that live through it, its output and the inputs that die with it, with
// the best overlap that these have.
std::int64_t needed_by(const Layout& layout, const Graph& graph, int s) {
  std::int64_t others = 0;
  for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
    if (life_of(layout, b).overlaps({s, s})) others += layout.blocks[b].bytes;
  }
  const auto output = static_cast<std::size_t>(graph.stages[static_cast<std::size_t>(s)].output);
  const std::size_t out = layout.block_of[output];
  std::int64_t dying = 0;
  std::int64_t extra = layout.blocks[out].bytes;
  for (const Neighbor& n : layout.blocks[out].neighbors) {
    if (!hands_over(layout, s, n.other, out)) continue;
    dying += layout.blocks[n.other].bytes;
    extra = std::min(extra, n.in_place ? 0 : n.below);
  }
  if (dying == 0) return others;
  const std::int64_t out_bytes = layout.blocks[out].bytes;
  return others - dying - out_bytes + std::max(out_bytes, dying + extra);
}

std::int64_t lower_bound_of(const Layout& layout, const Graph& graph) {
  std::int64_t largest = 0;
  for (int s = 0; s < stage_count(graph); ++s) largest = std::max(largest, needed_by(layout, graph, s));
  std::int64_t at_end = 0;
  for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
    if (life_of(layout, b).last == stage_count(graph)) at_end += layout.blocks[b].bytes;
  }
  return std::max(largest, at_end);
}

}  // namespace

std::vector<std::int32_t> arena_owners(const Graph& graph) {
  std::vector<std::int32_t> owners(graph.tensors.size());
  std::iota(owners.begin(), owners.end(), 0);
  for (const Stage& stage : graph.stages) {
    if (!std::holds_alternative<Reshape>(stage.op)) continue;
    owners[static_cast<std::size_t>(stage.output)] = owners[static_cast<std::size_t>(stage.inputs[0])];
  }
  return owners;
}

std::vector<Lifetime> lifetimes(const Graph& graph) {
  const std::vector<std::int32_t> owners = arena_owners(graph);
  const auto owner = [&](std::int32_t tensor) {
    return static_cast<std::size_t>(owners[static_cast<std::size_t>(tensor)]);
  };
  std::vector<Lifetime> lives(graph.tensors.size());
  for (int s = 0; s < stage_count(graph); ++s) {
    const Stage& stage = graph.stages[static_cast<std::size_t>(s)];
    for (const std::int32_t input : stage.inputs) lives[owner(input)].last = s;
    if (!std::holds_alternative<Reshape>(stage.op)) lives[owner(stage.output)] = {s, s};
  }
  for (const std::int32_t output : graph.outputs) lives[owner(output)].last = stage_count(graph);
  for (std::size_t t = 0; t < lives.size(); ++t) lives[t] = lives[static_cast<std::size_t>(owners[t])];
  return lives;
}

Overlap stage_overlap(const Graph& graph, const Stage& stage, std::int32_t input, DepthwiseOrder order) {
  const Tensor& in = tensor_at(graph, input);
  const Tensor& out = tensor_at(graph, stage.output);
  Overlap result{0, true};
  for (std::size_t i = 0; i < stage.inputs.size(); ++i) {
    if (stage.inputs[i] != input) continue;
    const Overlap one = std::visit(
        [&](const auto& op) {
          if constexpr (requires { op.parts; }) {
            return overlap(op.parts[i], in, out, order);
          } else {
            return overlap(op, in, out, order);
          }
        },
        stage.op);
    result = {std::max(result.distance, one.distance), result.in_place && one.in_place};
  }
  return result;
}

std::vector<std::int64_t> live_bytes(const Graph& graph) {
  const Layout layout = layout_of(graph, {1, DepthwiseOrder::rows});
  std::vector<std::int64_t> live;
  for (int s = 0; s < stage_count(graph); ++s) {
    live.push_back(0);
    for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
      live.back() += life_of(layout, b).overlaps({s, s}) ? layout.blocks[b].bytes : 0;
    }
  }
  return live;
}

std::int64_t peak_live_bytes(const Graph& graph) {
  std::int64_t most = 0;
  for (const std::int64_t bytes : live_bytes(graph)) most = std::max(most, bytes);
  return most;
}

ArenaPlan plan_arena(const Graph& graph, const ArenaOptions& options) {
  Layout layout = layout_of(graph, options);
  add_neighbors(layout, graph, options);
  const std::int64_t least = lower_bound_of(layout, graph);
  if (least > max_arena) throw ImportError("activations need an arena of more than 1 GiB");
  const std::vector<std::int64_t> offsets = place_blocks(layout.blocks, least);
  ArenaPlan plan;
  plan.least = static_cast<std::int32_t>(least);
  std::int64_t total = 0;
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    const std::int64_t offset = offsets[layout.block_of[t]];
    total = std::max(total, offset + layout.blocks[layout.block_of[t]].bytes);
    plan.offsets.push_back(static_cast<std::int32_t>(std::min(offset, max_arena)));
  }
  if (total > max_arena) throw ImportError("activations need an arena of more than 1 GiB");
  plan.bytes = static_cast<std::int32_t>(total);
  return plan;
}

std::int32_t arena_bytes_until(const Graph& graph, const ArenaPlan& plan, int last) {
  std::int64_t bytes = 0;
  const auto touch = [&](std::int32_t tensor) {
    bytes =
        std::max(bytes, plan.offsets[static_cast<std::size_t>(tensor)] + tensor_at(graph, tensor).bytes());
  };
  for (const std::int32_t input : graph.inputs) touch(input);
  for (int s = 0; s < last; ++s) touch(graph.stages[static_cast<std::size_t>(s)].output);
  return static_cast<std::int32_t>(bytes);
}

}  // namespace coinfer::graph
