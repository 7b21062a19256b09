// SPDX-License-Identifier: Apache-2.0
// The XNNPACK kernel set on a model as a type: each stage within 1 LSB of the integer kernels given the same
// input.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "coinfer/device.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/xnnpack.hpp"
#include "net_model.hpp"
#include "records.hpp"

namespace {

using Exact = coinfer::Device<net::Model, coinfer::kernels::Portable>;
using Fast = coinfer::Device<net::Model, coinfer::kernels::Xnnpack>;
static_assert(sizeof(Exact) == sizeof(Fast));

TEST(XnnpackDevice, EveryStageWithinOneLsb) {
  const auto exact = std::make_unique<Exact>();
  const auto fast = std::make_unique<Fast>();
  load(*exact, records().at(0).input);
  for (int s = 0; s < Exact::stage_count; ++s) {
    std::memcpy(static_cast<void*>(fast.get()), static_cast<const void*>(exact.get()), sizeof(Exact));
    exact->run(s, s + 1);
    fast->run(s, s + 1);
    const coinfer::TensorInfo& out = *Exact::Net::stages[s].output;
    if (out.type != coinfer::DataType::s8) {
      ASSERT_EQ(std::memcmp(exact->bytes(out), fast->bytes(out), static_cast<std::size_t>(out.bytes())), 0)
          << "stage " << s;
      continue;
    }
    for (std::int32_t i = 0; i < out.bytes(); ++i) {
      const int difference =
          static_cast<std::int8_t>(exact->bytes(out)[i]) - static_cast<std::int8_t>(fast->bytes(out)[i]);
      ASSERT_LE(std::abs(difference), 1) << "stage " << s << ", element " << i;
    }
  }
}

// Else the test above compares the integer kernels with themselves.
TEST(XnnpackDevice, RunsMostStages) {
  using Backend = coinfer::kernels::xnnpack::ModelBackend<net::Model>;
  int stages = 0;
  for (int s = 0; s < Exact::stage_count; ++s) stages += Backend::instance().runs(s) ? 1 : 0;
  std::printf("%d of %d stages on XNNPACK\n", stages, Exact::stage_count);
  EXPECT_GE(stages, LEAST_ON_XNNPACK);
}

}  // namespace
