// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

// Places blocks of memory that exist at overlapping times: knows nothing of networks.
namespace coinfer::graph {

// What block `other` demands of a block that exists at the same time: to begin at least `below` bytes before
// it, or at least `above` bytes after its beginning, or, with `in_place`, exactly where it begins.
struct Neighbor {
  std::size_t other = 0;
  std::int64_t below = 0;
  std::int64_t above = 0;
  bool in_place = false;
};

struct Block {
  std::int64_t bytes = 0;
  int first = 0;  // the step at which the block appears
  std::vector<Neighbor> neighbors;
};

// Offsets of the blocks: the least total that the search finds, and then the least sum over all steps of what
// the blocks up to a step need. The search ends early at a total of `lower_bound`; what it finds depends on
// nothing but its arguments.
std::vector<std::int64_t> place_blocks(const std::vector<Block>& blocks, std::int64_t lower_bound);

}  // namespace coinfer::graph
