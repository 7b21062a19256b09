// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "plan/output.hpp"

// What is chosen over the range of bandwidths, link open and everything but the bandwidth at its best.
namespace coinfer::plan {

struct Region {
  double from;  // bits per second
  double to;
  int candidate;
};

// From the least to the largest bandwidth, without a gap; a new one wherever another candidate becomes the
// best.
std::vector<Region> regions(const Plan& plan);

// Expected, of a kept candidate; `bits`: bandwidth in bits per second.
double latency_ms(const Plan& plan, int candidate, double bits);

}  // namespace coinfer::plan
