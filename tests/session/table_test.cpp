// SPDX-License-Identifier: Apache-2.0
// Split tables over the link: a newer one is taken whole or not at all, and a device goes on with what it
// has.
#include <coinfer/split_selector.hpp>
#include <coinfer/split_tables.hpp>

#include "bench.hpp"

namespace coinfer::tests {
namespace {

using ToyDevice = Device<toy::Model, SlowKernels, WholeNetwork>;

constexpr SplitCandidate built_in_candidates[] = {
    {0, 215, 100, 0, always, always, 9000, 0, 1, 0, 0, 0, 0},
    {12'000, 0, 0, 0, always, 0, 9000, 8, 1, 0, 0, 0, 0},
};
constexpr SplitTable make_built_in() {
  SplitTable table = {};
  table.format = split_table_format;
  table.time_shift = 10;
  table.candidate_count = 2;
  table.version = 5;
  for (int i = 0; i < 32; ++i) table.identity[i] = toy::Model::identity[i];
  table.candidates = built_in_candidates;
  return table;
}
constexpr SplitTable built_in = make_built_in();
static_assert(table_fits(built_in, table_rules<ToyDevice>()));

// A table as a file, with everything right unless a test changes it.
struct Made {
  SplitTableHeader header = {};
  std::vector<SplitCandidate> candidates = {{0, 215, 100, 0, always, always, 9000, 3, 1, 0, 0, 0, 0},
                                            {12'000, 0, 0, 0, always, 0, 9000, 8, 1, 0, 0, 0, 0},
                                            {3'000, 0, 0, 0, always, 0, 8000, 3, 0, 0, 0, 0, 0}};
  std::vector<SplitOverlap> overlaps;

  explicit Made(uint32_t version = 6) {
    std::memcpy(header.magic, split_table_magic, sizeof header.magic);
    header.format = split_table_format;
    header.time_shift = 10;
    header.version = version;
    header.load_q10 = 1024;
    std::memcpy(header.identity, toy::Model::identity, sizeof header.identity);
    header.candidate_count = 3;
  }
  ByteVector bytes() {
    ByteVector all(sizeof header);
    const auto append = [&all](const auto& items) {
      for (const auto& item : items) {
        const auto* from = reinterpret_cast<const uint8_t*>(&item);
        all.insert(all.end(), from, from + sizeof item);
      }
    };
    append(candidates);
    append(overlaps);
    uint32_t crc = detail::crc32(0, &header, offsetof(SplitTableHeader, checksum));
    header.checksum = detail::crc32(crc, all.data() + sizeof header, all.size() - sizeof header);
    std::memcpy(all.data(), &header, sizeof header);
    return all;
  }
};

TableFault verdict(const ByteVector& bytes, const TableRules& rules, size_t piece = SIZE_MAX) {
  SplitTableSlot<4> slot;
  slot.begin();
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at))
    slot.take(bytes.data() + at, std::min(piece, bytes.size() - at));
  const TableFault fault = slot.finish(rules);
  EXPECT_EQ(slot.valid(), fault == TableFault::none);
  return fault;
}
template <class Change>
TableFault verdict_of(const Change& change, const TableRules& rules = table_rules<ToyDevice>()) {
  Made made;
  change(made);
  return verdict(made.bytes(), rules);
}

TEST(TableSlot, TakesAGoodTableInAnyPieces) {
  const ByteVector bytes = Made().bytes();
  for (const size_t piece : {1UL, 3UL, 64UL, 103UL, 104UL, 105UL, 1000UL})
    EXPECT_EQ(verdict(bytes, table_rules<ToyDevice>(), piece), TableFault::none) << piece;
}

TEST(TableSlot, SaysWhatIsWrong) {
  const auto fault = [](auto change) { return verdict_of(change); };
  EXPECT_EQ(fault([](Made& m) { m.header.magic[0] = 'x'; }), TableFault::not_a_table);
  EXPECT_EQ(fault([](Made& m) { m.header.format = 2; }), TableFault::other_format);
  EXPECT_EQ(fault([](Made& m) { m.header.candidate_count = 2; }), TableFault::length);
  EXPECT_EQ(fault([](Made& m) {
              m.candidates.resize(6);
              m.header.candidate_count = 6;
            }),
            TableFault::too_many);
  EXPECT_EQ(fault([](Made& m) { m.header.identity[31] ^= 1; }), TableFault::other_model);
  EXPECT_EQ(fault([](Made& m) { m.header.version = 0; }), TableFault::not_newer);
  EXPECT_EQ(fault([](Made& m) { m.header.time_shift = 21; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.header.objective = 3; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.header.full.compute = 1U << 30; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].compute = 1U << 30; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].bytes = 0xFFFFFFF4; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].tail = 1U << 30; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.header.resumed.bytes = 1U << 30; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].accuracy = 10'001; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].exit = 2; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].overlap = 1; }), TableFault::out_of_range);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].codec = 1; }), TableFault::not_supported);
  EXPECT_EQ(fault([](Made& m) { m.candidates[0].split = 9; }), TableFault::not_allowed);
  // "On the device", and something is left for an edge peer: would be sent where nobody looks.
  EXPECT_EQ(fault([](Made& m) { m.candidates[1].split = 0; }), TableFault::not_allowed);
  EXPECT_EQ(fault([](Made& m) { m.candidates[2].split = 2; }), TableFault::not_allowed);
}

TEST(TableSlot, NoTableChangesTheAllowedSplits) {
  constexpr uint8_t late[] = {3};
  const TableRules rules = table_rules<ToyDevice>({late, 1});
  EXPECT_EQ(verdict_of([](Made&) {}, rules), TableFault::none);
  EXPECT_EQ(verdict_of([](Made& m) { m.candidates[0].split = 0; }, rules), TableFault::not_allowed);
}

TEST(TableSlot, EveryFlippedBitAndEveryLengthIsFound) {
  const ByteVector bytes = Made().bytes();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    ByteVector wrong = bytes;
    wrong[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
    EXPECT_NE(verdict(wrong, table_rules<ToyDevice>()), TableFault::none) << bit;
  }
  for (size_t length = 0; length < bytes.size() + 100; ++length) {
    ByteVector wrong = bytes;
    wrong.resize(length);
    EXPECT_EQ(verdict(wrong, table_rules<ToyDevice>()) == TableFault::none, length == bytes.size()) << length;
  }
}

class Tables : public testing::Test {
 public:
  Tables() {
    tables.bind(built_in, table_rules<ToyDevice>());
    bench.session.accept_tables(tables.receiver());
  }
  void serve(Made made) {
    const ByteVector bytes = made.bytes();
    bench.edge.model.split_table.assign(bytes.begin(), bytes.end());
    bench.edge.model.split_table_version = made.header.version;
  }
  void reconnect() {
    if (bench.session.connected()) bench.session.disconnect();
    ASSERT_TRUE(bench.connect());
    bench.idle(10'000);
  }

  Bench<> bench;
  SplitTables<4> tables;
};

TEST_F(Tables, ANewerOneIsAdoptedBetweenInferences) {
  serve(Made(6));
  reconnect();
  EXPECT_EQ(tables.current().version, 5U);
  ASSERT_TRUE(tables.adopt());
  EXPECT_EQ(tables.current().version, 6U);
  EXPECT_EQ(tables.current().candidates[0].split, 3);
  EXPECT_FALSE(tables.adopt());

  SplitSelector<> selector;
  selector.bind(built_in, {byte_time_q8(1000), 2'000, 0, 1024, LinkState::warm});
  EXPECT_EQ(selector.next(bench.session, 0).split, 0);
  selector.use(tables.current());
  EXPECT_EQ(selector.next(bench.session, 0).split, 3);

  serve(Made(7));
  reconnect();
  ASSERT_TRUE(tables.adopt());
  EXPECT_EQ(tables.current().version, 7U);
}

TEST_F(Tables, AnOldOneIsNotEvenSent) {
  int sent = 0;
  bench.network.tamper = [&sent](const Frame& frame) {
    sent += frame.type == wire::MessageType::table;
    return encoded(frame);
  };
  serve(Made(5));
  reconnect();
  EXPECT_EQ(sent, 0);
  EXPECT_FALSE(tables.adopt());
}

TEST_F(Tables, ARefusedOneChangesNothingAndTheSessionGoesOn) {
  Made wrong(9);
  wrong.header.identity[0] ^= 1;
  serve(wrong);
  reconnect();
  EXPECT_FALSE(tables.adopt());
  EXPECT_EQ(tables.refused(), 1U);
  EXPECT_EQ(tables.last_fault(), TableFault::other_model);
  EXPECT_EQ(tables.current().version, 5U);
  EXPECT_EQ(bench.run({4}).place, Place::edge);
  EXPECT_EQ(bench.session.statistics().bad_messages, 0U);
}

TEST_F(Tables, NoRollbackBelowWhatTheDeviceOnceHad) {
  tables.bind(built_in, table_rules<ToyDevice>({}, /*least_version=*/8));
  serve(Made(7));
  reconnect();
  EXPECT_EQ(tables.last_fault(), TableFault::not_newer);
  serve(Made(8));
  reconnect();
  EXPECT_TRUE(tables.adopt()) << "the very one that was lost at the restart";
}

TEST_F(Tables, OneThatWaitsToBeAdoptedIsNotOverwritten) {
  serve(Made(6));
  reconnect();
  Made wrong(9);
  wrong.header.identity[0] ^= 1;
  serve(wrong);
  reconnect();
  ASSERT_TRUE(tables.adopt());
  EXPECT_EQ(tables.current().version, 6U);
}

TEST_F(Tables, PiecesOutOfOrderAreABadMessage) {
  serve(Made(6));
  bench.network.tamper = [](const Frame& frame) {
    Frame changed = frame;
    if (frame.type == wire::MessageType::table) changed.message.table.offset += 4;
    return encoded(changed);
  };
  static_cast<void>(bench.session.connect(100'000));
  bench.idle(5'000);
  EXPECT_EQ(bench.session.statistics().bad_messages, 1U);
  EXPECT_FALSE(tables.adopt());
}

TEST_F(Tables, OneThatBreaksOffIsForgotten) {
  serve(Made(6));
  bench.network.faults.cut_down_at = 150;
  static_cast<void>(bench.session.connect(100'000));
  bench.idle(5'000);
  EXPECT_FALSE(tables.adopt());
  bench.network.faults.cut_down_at.reset();
  reconnect();
  EXPECT_TRUE(tables.adopt());
}

TEST_F(Tables, SmallPayloadsMakeManyPieces) {
  bench.edge.limits.max_payload_bytes = 32;
  serve(Made(6));
  reconnect();
  EXPECT_TRUE(tables.adopt());
  EXPECT_EQ(tables.current().candidates[2].accuracy, 8000);
}

TEST(AllowedSplits, AnInferenceAtAnyOtherIsAnsweredHere) {
  constexpr uint8_t late[] = {4, 6};
  SessionOptions options;
  options.allowed_splits = {late, 2};
  Bench<> bench(options);
  ASSERT_TRUE(bench.connect());
  const size_t before = bench.network.up_bytes;
  EXPECT_EQ(bench.run({0}).cause, Cause::unusable_split);
  EXPECT_EQ(bench.run({3}).cause, Cause::unusable_split);
  EXPECT_EQ(bench.network.up_bytes, before);
  EXPECT_EQ(bench.run({4}).place, Place::edge);
}

TEST(NoTables, AreSentToADeviceThatDidNotAsk) {
  Bench<> bench;
  Made made(6);
  const ByteVector bytes = made.bytes();
  bench.edge.model.split_table.assign(bytes.begin(), bytes.end());
  bench.edge.model.split_table_version = 6;
  ASSERT_TRUE(bench.connect());
  EXPECT_EQ(bench.run({4}).place, Place::edge);
  EXPECT_EQ(bench.session.statistics().bad_messages, 0U);
}

}  // namespace
}  // namespace coinfer::tests
