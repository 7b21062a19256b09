// SPDX-License-Identifier: Apache-2.0
#include "graph/stage_order.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "graph/arena.hpp"
#include "graph/split.hpp"

namespace coinfer::graph {
namespace {

using Order = std::vector<int>;

// Users know the file's order: another one has to save this part of the memory.
constexpr std::int64_t worthwhile = 16;
// Orders that are followed at the same time: with fewer sets of finished stages than that at every depth, the
// search is exact.
constexpr std::size_t most_states = 256;
// Tensors looked at by the whole search, some tenths of a second; beyond it the file's order stays.
constexpr std::int64_t most_work = 50'000'000;

class OrderSearch {
 public:
  explicit OrderSearch(const Graph& graph)
      : graph_(graph),
        owners_(arena_owners(graph)),
        producers_(producers(graph)),
        readers_(graph.tensors.size()) {
    for (int s = 0; s < stage_count(graph); ++s) {
      overlaps_.emplace_back();
      for (const std::int32_t input : stage(s).inputs) {
        readers_[owner(input)].push_back(s);
        overlaps_.back().push_back(stage_overlap(graph, stage(s), input, DepthwiseOrder::rows));
      }
    }
    for (const std::int32_t output : graph.outputs) readers_[owner(output)].push_back(stage_count(graph));
  }

  // The order with the least peak, well below that of the file's order; empty: there is none.
  Order best() {
    Order file(graph_.stages.size());
    std::iota(file.begin(), file.end(), 0);
    const std::int64_t peak = peak_of(file);
    const std::int64_t limit = peak - peak / worthwhile;
    Layer layer;
    layer[std::vector<bool>(graph_.stages.size(), false)] = {};
    for (std::size_t depth = 0; depth < graph_.stages.size(); ++depth) {
      layer = next(layer, limit);
      if (layer.empty()) return {};
    }
    return layer.begin()->second.order;
  }

 private:
  struct State {
    std::int64_t peak = 0;
    Order order;

    bool better_than(const State& other) const {
      return std::tie(peak, order) < std::tie(other.peak, other.order);
    }
  };
  using Layer = std::map<std::vector<bool>, State>;  // by the stages that are done

  const Stage& stage(int s) const { return graph_.stages[static_cast<std::size_t>(s)]; }
  std::size_t owner(std::int32_t tensor) const {
    return static_cast<std::size_t>(owners_[static_cast<std::size_t>(tensor)]);
  }

  bool ready(const std::vector<bool>& done, int s) const {
    return std::ranges::all_of(stage(s).inputs, [&](std::int32_t input) {
      const int producer = producers_[static_cast<std::size_t>(input)];
      return producer < 0 || done[static_cast<std::size_t>(producer)];
    });
  }

  // Some stage but `s` still has to read the tensor.
  bool wanted(const std::vector<bool>& done, std::size_t tensor, int s) const {
    return std::ranges::any_of(readers_[tensor], [&](int reader) {
      return reader != s && (reader == stage_count(graph_) || !done[static_cast<std::size_t>(reader)]);
    });
  }

  // What stage `s` needs when it is the next one.
  std::int64_t needed(const std::vector<bool>& done, int s) const {
    const std::size_t out = owner(stage(s).output);
    const std::int64_t out_bytes = graph_.tensors[out].bytes();
    std::int64_t living = 0;
    std::int64_t dying = 0;
    std::int64_t extra = out_bytes;
    for (std::size_t t = 0; t < graph_.tensors.size(); ++t) {
      const int producer = producers_[t];
      if (owner(static_cast<std::int32_t>(t)) != t || t == out) continue;
      if (producer >= 0 && !done[static_cast<std::size_t>(producer)]) continue;
      if (wanted(done, t, s)) {
        living += graph_.tensors[t].bytes();
        continue;
      }
      for (std::size_t i = 0; i < stage(s).inputs.size(); ++i) {
        if (owner(stage(s).inputs[i]) != t) continue;
        const Overlap& overlap = overlaps_[static_cast<std::size_t>(s)][i];
        extra = std::min<std::int64_t>(extra, overlap.in_place ? 0 : overlap.distance);
        dying += graph_.tensors[t].bytes();
        break;
      }
    }
    return living + std::max(out_bytes, dying + extra);
  }

  std::int64_t peak_of(const Order& order) const {
    std::vector<bool> done(order.size(), false);
    std::int64_t peak = 0;
    for (const int s : order) {
      peak = std::max(peak, needed(done, s));
      done[static_cast<std::size_t>(s)] = true;
    }
    return peak;
  }

  // One stage more in every way that stays below `limit`; nothing when that is too much work.
  Layer next(const Layer& layer, std::int64_t limit) {
    Layer result;
    for (const auto& [done, state] : layer) {
      work_ += stage_count(graph_);
      for (int s = 0; s < stage_count(graph_); ++s) {
        if (done[static_cast<std::size_t>(s)] || !ready(done, s)) continue;
        work_ += static_cast<std::int64_t>(graph_.tensors.size());
        if (work_ > most_work) return {};
        State more{std::max(state.peak, needed(done, s)), state.order};
        if (more.peak >= limit) continue;
        more.order.push_back(s);
        std::vector<bool> then = done;
        then[static_cast<std::size_t>(s)] = true;
        const auto [at, is_new] = result.try_emplace(std::move(then), more);
        if (!is_new && more.better_than(at->second)) at->second = std::move(more);
      }
    }
    if (result.size() > most_states) keep_best(result);
    return result;
  }

  static void keep_best(Layer& layer) {
    std::vector<Layer::iterator> states;
    for (auto at = layer.begin(); at != layer.end(); ++at) states.push_back(at);
    std::ranges::sort(states, [](auto a, auto b) { return a->second.better_than(b->second); });
    for (std::size_t i = most_states; i < states.size(); ++i) layer.erase(states[i]);
  }

  const Graph& graph_;
  std::vector<std::int32_t> owners_;
  std::vector<int> producers_;
  std::vector<std::vector<int>> readers_;       // by owning tensor; stage_count: the answer
  std::vector<std::vector<Overlap>> overlaps_;  // by stage and input
  std::int64_t work_ = 0;
};

// By exit: how many stages have run when it is complete.
std::vector<int> completions(const Graph& graph) {
  std::vector<int> result;
  for (int exit = 0; exit < exit_count(graph); ++exit) {
    const std::vector<bool> needed = needed_stages(graph, exit);
    result.push_back(
        static_cast<int>(std::find(needed.rbegin(), needed.rend(), true).base() - needed.begin()));
  }
  return result;
}

}  // namespace

void order_stages(Graph& graph) {
  const Order order = OrderSearch(graph).best();
  if (order.empty()) return;
  Graph ordered = graph;
  for (std::size_t s = 0; s < order.size(); ++s) {
    ordered.stages[s] = graph.stages[static_cast<std::size_t>(order[s])];
  }
  const std::vector<int> before = completions(graph);
  const std::vector<int> after = completions(ordered);
  if (std::ranges::equal(after, before, std::less_equal<>())) graph = std::move(ordered);
}

}  // namespace coinfer::graph
