// SPDX-License-Identifier: Apache-2.0
// The XNNPACK kernel set on a model as a type: the network's answers beside those of the integer kernels.
#include "coinfer_kernels/xnnpack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>

#include "coinfer/device.hpp"
#include "coinfer_kernels/portable.hpp"
#include "net_model.hpp"
#include "records.hpp"

namespace {

using Exact = coinfer::Device<net::Model, coinfer::kernels::Portable>;
using Fast = coinfer::Device<net::Model, coinfer::kernels::Xnnpack>;

int largest(const std::int8_t* values, std::int32_t count) {
  return static_cast<int>(std::max_element(values, values + count) - values);
}

TEST(XnnpackDevice, WholeNetworkAgrees) {
  const auto exact = std::make_unique<Exact>();
  const auto fast = std::make_unique<Fast>();
  int agreed = 0;
  const std::vector<Record> all = records();
  for (const Record& record : all) {
    load(*exact, record.input);
    load(*fast, record.input);
    exact->run();
    fast->run();
    const std::int32_t count = net::Model::outputs[0]->bytes();
    agreed += largest(exact->output(), count) == largest(fast->output(), count) ? 1 : 0;
  }
  std::printf("top-1 agreement: %d of %zu records\n", agreed, all.size());
  EXPECT_GE(agreed, static_cast<int>(all.size()) - 1);
}

// Cut anywhere, the head on XNNPACK and the tail on the integer kernels still give the answer. A record whose two
// best classes lie close may flip by a few LSB, so that agreement is counted over all records and splits.
TEST(XnnpackDevice, HeadAtEverySplit) {
  const auto fast = std::make_unique<Fast>();
  const auto tail = std::make_unique<Exact>();
  const std::vector<Record> all = records();
  const std::int32_t count = net::Model::outputs[0]->bytes();
  int agreed = 0;
  for (const Record& record : all) {
    const auto* expected = reinterpret_cast<const std::int8_t*>(record.output.data());
    for (int split = 0; split <= Exact::stage_count; ++split) {
      load(*fast, record.input);
      fast->run(0, split);
      std::memcpy(static_cast<void*>(tail.get()), static_cast<const void*>(fast.get()), sizeof(Exact));
      tail->run(split, Exact::stage_count);
      agreed += largest(expected, count) == largest(tail->output(), count) ? 1 : 0;
    }
  }
  const int runs = static_cast<int>(all.size()) * (Exact::stage_count + 1);
  std::printf("top-1 agreement, head on XNNPACK at every split: %d of %d\n", agreed, runs);
  EXPECT_GE(agreed * 10, runs * 9);
}

}  // namespace
