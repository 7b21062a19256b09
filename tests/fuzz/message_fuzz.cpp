// SPDX-License-Identifier: Apache-2.0
// The bytes of one header message behind a prefix that is always right, so that the fuzzer spends its time in
// the messages. First byte: the type; the five after it are replaced.
#include <cstdlib>

#include "../wire/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace coinfer;
  if (size < wire::prefix_bytes || size > wire::prefix_bytes + wire::max_header_bytes) return 0;
  std::vector<uint8_t> frame(data, data + size);
  const auto header_bytes = static_cast<uint16_t>(size - wire::prefix_bytes);
  wire::encode_prefix({data[0], 0, header_bytes, 0}, frame.data());
  const tests::Decoded first = tests::decode(frame, frame.size());
  if (first.broken || first.frames.empty()) return 0;
  const tests::Decoded second = tests::decode(first.frames[0], first.frames[0].size());
  if (second.broken || second.frames.size() != 1 || second.frames[0] != first.frames[0]) std::abort();
  return 0;
}
