// SPDX-License-Identifier: Apache-2.0
// Frames and messages: what goes in comes out, and what is no frame is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "messages.hpp"

namespace coinfer::tests {
namespace {

std::vector<uint8_t> joined() {
  std::vector<uint8_t> stream;
  for (const Sample& one : samples()) stream.insert(stream.end(), one.frame.begin(), one.frame.end());
  return stream;
}

TEST(Wire, RoundTripInPiecesOfEverySize) {
  const std::vector<uint8_t> stream = joined();
  for (size_t piece = 1; piece <= stream.size(); ++piece) {
    const Decoded decoded = decode(stream, piece);
    ASSERT_FALSE(decoded.broken) << piece;
    ASSERT_TRUE(decoded.ended_between_frames) << piece;
    ASSERT_EQ(decoded.frames.size(), samples().size()) << piece;
    for (size_t i = 0; i < decoded.frames.size(); ++i) EXPECT_EQ(decoded.frames[i], samples()[i].frame);
  }
}

// The recorded bytes of version 1 keep their meaning: they decode to the values above and nothing else
// encodes so.
TEST(Wire, RecordedBytesOfVersion1) {
  const std::filesystem::path folder = std::filesystem::path(COINFER_SOURCE_DIR) / "tests/wire/v1";
  for (const Sample& one : samples()) {
    std::ifstream file(folder / (one.name + ".bin"), std::ios::binary);
    ASSERT_TRUE(file) << one.name;
    const std::vector<uint8_t> recorded{std::istreambuf_iterator<char>(file),
                                        std::istreambuf_iterator<char>()};
    EXPECT_EQ(recorded, one.frame) << one.name;
    const Decoded decoded = decode(recorded, recorded.size());
    ASSERT_EQ(decoded.frames.size(), 1U) << one.name;
    EXPECT_EQ(decoded.frames[0], recorded) << one.name;
    EXPECT_EQ(static_cast<uint8_t>(one.type), recorded[0]);
  }
}

TEST(Wire, TruncationNeverCompletesAFrame) {
  for (const Sample& one : samples()) {
    for (size_t size = 1; size < one.frame.size(); ++size) {
      const Decoded decoded =
          decode({one.frame.begin(), one.frame.begin() + static_cast<std::ptrdiff_t>(size)}, 3);
      EXPECT_FALSE(decoded.broken) << one.name;
      EXPECT_FALSE(decoded.ended_between_frames) << one.name << " " << size;
    }
  }
}

// The header message alone cut short, in a frame whose prefix agrees with the cut: protobuf notices, or the
// fields that are missing are zero. Never more than was there.
TEST(Wire, ShortenedHeadersAreRefusedOrHoldLess) {
  for (const Sample& one : samples()) {
    const wire::FramePrefix prefix = wire::decode_prefix(one.frame.data());
    size_t refused = 0;
    for (uint16_t size = 0; size < prefix.header_bytes; ++size) {
      std::vector<uint8_t> frame(one.frame.begin(), one.frame.begin() + wire::prefix_bytes + size);
      wire::encode_prefix({prefix.type, 0, size, 0}, frame.data());
      const Decoded decoded = decode(frame, frame.size());
      if (decoded.broken) {
        ++refused;
        continue;
      }
      ASSERT_EQ(decoded.frames.size(), 1U);
      const auto& again = decoded.frames[0];
      if (one.type ==
          wire::MessageType::hello) {  // its identity is always encoded, as zeros when it was missing
        EXPECT_LE(again.size(), frame.size() + 2 + wire::identity_bytes) << one.name;
        continue;
      }
      ASSERT_LE(again.size(), frame.size()) << one.name;
      EXPECT_TRUE(
          std::equal(again.begin() + wire::prefix_bytes, again.end(), frame.begin() + wire::prefix_bytes))
          << one.name;
    }
    if (one.name == "hello") {
      EXPECT_GT(refused, 60U);
    }
  }
}

TEST(Wire, EveryFlippedBitIsRefusedOrStaysWithinBounds) {
  for (const Sample& one : samples()) {
    for (size_t bit = 0; bit < 8 * one.frame.size(); ++bit) {
      std::vector<uint8_t> frame = one.frame;
      frame[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
      frame.insert(frame.end(), 300, 0);  // the length may have grown
      const Decoded decoded = decode(frame, frame.size());
      for (const auto& again : decoded.frames)
        EXPECT_LE(again.size(), frame.size()) << one.name << " " << bit;
    }
  }
}

Decoded decode_prefix_only(const wire::FramePrefix& prefix, uint16_t max_payload_bytes = 1024) {
  std::vector<uint8_t> frame(wire::prefix_bytes);
  wire::encode_prefix(prefix, frame.data());
  return decode(frame, frame.size(), max_payload_bytes);
}

constexpr uint8_t chunk = static_cast<uint8_t>(wire::MessageType::chunk);
constexpr uint8_t ping = static_cast<uint8_t>(wire::MessageType::ping);

TEST(Wire, PrefixesOutsideTheProtocolAreRefusedAtOnce) {
  EXPECT_FALSE(decode_prefix_only({chunk, 0, 256, 1024}).broken);
  EXPECT_TRUE(decode_prefix_only({chunk, 0, 257, 0}).broken);    // header too large
  EXPECT_TRUE(decode_prefix_only({chunk, 0, 10, 1025}).broken);  // payload too large
  EXPECT_TRUE(decode_prefix_only({chunk, 1, 10, 10}).broken);    // reserved
  EXPECT_TRUE(decode_prefix_only({0, 0, 0, 0}).broken);          // unknown types
  EXPECT_TRUE(decode_prefix_only({12, 0, 0, 0}).broken);
  EXPECT_TRUE(decode_prefix_only({0x7f, 0, 0, 0}).broken);
  EXPECT_TRUE(decode_prefix_only({ping, 0, 0, 1}).broken);    // only chunks carry a payload
  EXPECT_TRUE(decode_prefix_only({0x80, 0, 257, 0}).broken);  // optional ones are bounded too
  EXPECT_TRUE(decode_prefix_only({0x80, 0, 0, 1025}).broken);
  EXPECT_TRUE(decode_prefix_only({chunk, 0, 0, 1}, 0).broken);
}

TEST(Wire, UnknownOptionalFramesAreSkipped) {
  std::vector<uint8_t> stream;
  for (const auto& [header, payload] :
       {std::pair<uint16_t, uint16_t>{0, 0}, {256, 0}, {0, 1024}, {17, 100}}) {
    std::vector<uint8_t> unknown(wire::prefix_bytes + header + payload, 0xff);
    wire::encode_prefix({0x93, 0, header, payload}, unknown.data());
    stream.insert(stream.end(), unknown.begin(), unknown.end());
    const Sample known = sample("ping", wire::Ping{header});
    stream.insert(stream.end(), known.frame.begin(), known.frame.end());
  }
  for (const size_t piece : {size_t{1}, size_t{7}, stream.size()}) {
    const Decoded decoded = decode(stream, piece);
    EXPECT_FALSE(decoded.broken);
    EXPECT_TRUE(decoded.ended_between_frames);
    ASSERT_EQ(decoded.frames.size(), 4U);
    EXPECT_EQ(decoded.frames[1], sample("ping", wire::Ping{256}).frame);
  }
}

TEST(Wire, UnknownFieldsOfALaterVersionAreSkipped) {
  Sample one = sample("credit", wire::Credit{7, 4096});
  const std::vector<uint8_t> known = one.frame;
  const uint8_t added[] = {0xf8, 0x07, 0x2a, 0xfa, 0x07,
                           0x03, 'a',  'b',  'c'};  // field 127: a varint, then a string
  one.frame.insert(one.frame.end(), std::begin(added), std::end(added));
  one.frame[2] = static_cast<uint8_t>(one.frame.size() - wire::prefix_bytes);
  const Decoded decoded = decode(one.frame, one.frame.size());
  ASSERT_EQ(decoded.frames.size(), 1U);
  EXPECT_EQ(decoded.frames[0], known);
}

TEST(Wire, ValuesThatDoNotFitAreRefused) {
  const auto refused = [](wire::MessageType type, std::vector<uint8_t> header) {
    header.insert(header.begin(), wire::prefix_bytes, 0);
    const auto size = static_cast<uint16_t>(header.size() - wire::prefix_bytes);
    wire::encode_prefix({static_cast<uint8_t>(type), 0, size, 0}, header.data());
    return decode(header, header.size()).broken;
  };
  EXPECT_FALSE(refused(wire::MessageType::infer, {0x10, 0xff, 0xff, 0x03}));  // split 65535
  EXPECT_TRUE(refused(wire::MessageType::infer, {0x10, 0x80, 0x80, 0x04}));   // split 65536
  EXPECT_TRUE(refused(wire::MessageType::infer, {0x18, 0x80, 0x02}));         // exit 256
  std::vector<uint8_t> tensors = {0x2a, 16};
  tensors.insert(tensors.end(), 16, 1);
  EXPECT_FALSE(refused(wire::MessageType::infer, tensors));
  tensors.push_back(1);
  tensors[1] = 17;
  EXPECT_TRUE(refused(wire::MessageType::infer, tensors));  // one tensor too many
  std::vector<uint8_t> agent = {0x4a, 33};
  agent.insert(agent.end(), 33, 'x');
  EXPECT_TRUE(refused(wire::MessageType::hello, agent));  // string too long
  std::vector<uint8_t> identity = {0x1a, 31};
  identity.insert(identity.end(), 31, 1);
  EXPECT_TRUE(refused(wire::MessageType::hello, identity));     // not 32 bytes
  EXPECT_TRUE(refused(wire::MessageType::ping, {0x0a, 0x00}));  // a string where a number belongs
  EXPECT_TRUE(refused(wire::MessageType::ping, {0x00}));        // field 0
}

TEST(Wire, BrokenStaysBrokenUntilReset) {
  wire::FrameReader reader;
  reader.reset(10);
  const uint8_t bad[wire::prefix_bytes] = {0x7f};
  EXPECT_EQ(reader.push(bad, sizeof bad).event, wire::FrameEvent::bad_message);
  const std::vector<uint8_t> good = sample("ping", wire::Ping{1}).frame;
  const wire::FrameStep step = reader.push(good.data(), good.size());
  EXPECT_EQ(step.event, wire::FrameEvent::bad_message);
  EXPECT_EQ(step.consumed, 0U);
  EXPECT_EQ(reader.wanted(), 0U);
  reader.reset(10);
  EXPECT_EQ(reader.push(good.data(), good.size()).event, wire::FrameEvent::header);
}

// Reading exactly wanted() bytes each time must never take bytes of the next part.
TEST(Wire, WantedEndsAtThePart) {
  const std::vector<uint8_t> stream = joined();
  wire::FrameReader reader;
  reader.reset(1024);
  size_t headers = 0;
  for (size_t at = 0; at < stream.size();) {
    const bool in_payload = reader.payload_left() > 0;
    const size_t want = reader.wanted();
    ASSERT_GE(want, 1U);
    ASSERT_LE(at + want, stream.size());
    const wire::FrameStep step = reader.push(stream.data() + at, want);
    ASSERT_EQ(step.consumed, want);
    EXPECT_EQ(step.event == wire::FrameEvent::payload, in_payload);
    if (in_payload) {
      EXPECT_EQ(step.payload, stream.data() + at);  // the caller's own bytes
    }
    if (step.event == wire::FrameEvent::header) ++headers;
    at += want;
  }
  EXPECT_EQ(headers, samples().size());
}

TEST(Wire, NothingFromNothing) {
  wire::FrameReader reader;
  reader.reset(10);
  const wire::FrameStep step = reader.push(nullptr, 0);
  EXPECT_EQ(step.event, wire::FrameEvent::need_more);
  EXPECT_EQ(step.consumed, 0U);
}

TEST(Wire, EncodeNeedsRoomAndSoundMessages) {
  uint8_t buffer[wire::frame_header_capacity<wire::Credit>];
  const wire::Credit credit = {0xffffffff, 0xffffffff};
  EXPECT_EQ(wire::encode(credit, buffer, sizeof buffer), sizeof buffer);
  for (size_t size = 0; size < sizeof buffer; ++size) EXPECT_EQ(wire::encode(credit, buffer, size), 0U);
  wire::Infer infer = {};
  infer.tensors_count = wire::max_tensors + 1;
  uint8_t large[500];
  EXPECT_EQ(wire::encode(infer, large, sizeof large), 0U);
  wire::Hello hello = {};
  std::memset(hello.agent, 'x', sizeof hello.agent);
  EXPECT_EQ(wire::encode(hello, large, sizeof large), 0U);
}

}  // namespace
}  // namespace coinfer::tests
