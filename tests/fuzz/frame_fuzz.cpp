// SPDX-License-Identifier: Apache-2.0
// A byte stream into the frame reader: cut into pieces or whole, it must come to the same frames, and every
// decoded message must survive being encoded and decoded once more.
#include <cstdlib>

#include "../wire/messages.hpp"

namespace {

using coinfer::tests::decode;
using coinfer::tests::Decoded;

// In a program built for fuzzing, abort() is how a property fails.
void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint16_t max_payload_bytes = 512;
  const std::vector<uint8_t> bytes(data, data + size);
  const Decoded whole = decode(bytes, size == 0 ? 1 : size, max_payload_bytes);
  for (const size_t piece : {size_t{1}, size_t{7}}) {
    const Decoded pieces = decode(bytes, piece, max_payload_bytes);
    require(pieces.frames == whole.frames && pieces.broken == whole.broken);
  }
  for (const auto& frame : whole.frames) {
    require(!frame.empty() &&
            frame.size() <= coinfer::wire::prefix_bytes + coinfer::wire::max_header_bytes + 512);
    const Decoded again = decode(frame, frame.size(), max_payload_bytes);
    require(!again.broken && again.frames.size() == 1 && again.frames[0] == frame);
  }
  return 0;
}
