// SPDX-License-Identifier: Apache-2.0
// One model as a type, against its golden outputs: whole on every record, and as head and tail on two devices
// that share nothing but the intermediate feature, at every split point.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "coinfer/device.hpp"
#include "coinfer_kernels/portable.hpp"
#include "coinfer_kernels/reference.hpp"
#include "net_model.hpp"
#include "records.hpp"

namespace {

using Net = coinfer::Topology<net::Model>;

template <class Kernels>
class Golden : public testing::Test {};
using coinfer::kernels::Portable;
using coinfer::kernels::Reference;
using Sets = std::conditional_t<Portable::accepts<net::Model::Layout>, testing::Types<Reference, Portable>,
                                testing::Types<Reference>>;
TYPED_TEST_SUITE(Golden, Sets);

// Networks too heavy for the plain loops run one record there, unless COINFER_FULL is set.
template <class Kernels>
std::size_t record_limit() {
  constexpr bool heavy =
      net::Model::arena_bytes > 512 * 1024 && std::is_same_v<Kernels, coinfer::kernels::Reference>;
  return heavy && std::getenv("COINFER_FULL") == nullptr ? 1 : SIZE_MAX;
}

TYPED_TEST(Golden, WholeNetworkOnEveryRecord) {
  const std::vector<Record> all = records();
  ASSERT_FALSE(all.empty());
  const auto device = std::make_unique<coinfer::Device<net::Model, TypeParam>>();
  for (std::size_t i = 0; i < all.size() && i < record_limit<TypeParam>(); ++i) {
    load(*device, all[i].input);
    device->run();
    EXPECT_EQ(outputs(*device), all[i].output) << "record " << i;
  }
  if (Net::least_split > 0) {
    device->forget();
    load(*device, all[0].input);
    device->run();
    EXPECT_EQ(outputs(*device), all[0].output) << "after forget()";
  }
}

#ifdef RAM_LIMIT
TYPED_TEST(Golden, FitsIntoItsMemory) {
  EXPECT_LE(sizeof(coinfer::Device<net::Model, TypeParam>), std::size_t{RAM_LIMIT});
}
#endif

// The exit's outputs: those made before the split stay in the head, the tail makes the others.
template <class Device>
bool same_answer(const Record& record, int exit, int split, const Device& head, const Device& tail) {
  const std::uint8_t* expected = record.output.data();
  for (int o = 0; o < Net::output_count; ++o) {
    const coinfer::TensorInfo& tensor = *net::Model::outputs[o];
    const std::uint8_t* found = Net::producer(tensor) < split ? head.bytes(tensor) : tail.bytes(tensor);
    const auto count = static_cast<std::size_t>(tensor.bytes());
    if (net::Model::exit_of_output[o] == exit && std::memcmp(found, expected, count) != 0) return false;
    expected += count;
  }
  return true;
}

TYPED_TEST(Golden, HeadAndTailAtEverySplit) {
  if (record_limit<TypeParam>() == 1)
    GTEST_SKIP() << "too heavy for the reference kernels; set COINFER_FULL=1";
  const Record record = records().at(0);
  using Device = coinfer::Device<net::Model, TypeParam>;
  const auto head = std::make_unique<Device>();
  const auto tail = std::make_unique<Device>();
  load(*head, record.input);
  for (int split = 0; split <= Device::stage_count; ++split) {
    for (int exit = 0; split >= Net::least_split && exit < Device::exit_count; ++exit) {
      std::memset(static_cast<void*>(tail.get()), 0xA5, sizeof(Device));
      const coinfer::Crossing feature = Net::crossing(split, exit);
      ASSERT_FALSE(feature.overflow);
      for (int i = 0; i < feature.count; ++i) {
        const coinfer::TensorInfo& tensor = *feature.tensors[i];
        std::memcpy(tail->bytes(tensor), head->bytes(tensor), static_cast<std::size_t>(tensor.bytes()));
      }
      tail->run(split, Device::stage_count, exit);
      EXPECT_TRUE(same_answer(record, exit, split, *head, *tail)) << "split " << split << ", exit " << exit;
    }
    if (split < Device::stage_count) head->run(split, split + 1);
  }
}

// A device cut to a head computes the same feature as the whole one.
TYPED_TEST(Golden, CutToAHead) {
  constexpr int split = std::max(Net::stage_count / 2, Net::least_split);
  const auto whole = std::make_unique<coinfer::Device<net::Model, TypeParam>>();
  const auto head = std::make_unique<coinfer::Device<net::Model, TypeParam, coinfer::Head<split>>>();
  static_assert(sizeof(*head) <= sizeof(*whole));
  const Record record = records().at(0);
  load(*whole, record.input);
  load(*head, record.input);
  whole->run(0, split);
  head->run();
  const coinfer::Crossing feature = Net::crossing(split, Net::exit_count - 1);
  for (int i = 0; i < feature.count; ++i) {
    const coinfer::TensorInfo& tensor = *feature.tensors[i];
    EXPECT_EQ(
        std::memcmp(whole->bytes(tensor), head->bytes(tensor), static_cast<std::size_t>(tensor.bytes())), 0);
  }
}

}  // namespace
