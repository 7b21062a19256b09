// SPDX-License-Identifier: Apache-2.0
// The porting seam of the network: a byte stream, and how to open it. TLS is a Connector over a Connector.
#pragma once

#include <coinfer/status.hpp>
#include <cstddef>
#include <cstdint>

namespace coinfer {

// `bytes` were moved. With status ok at least one byte was; partial transfers are normal. With any other
// status none was: pending (no byte could be moved before the timeout), link_down (closed or broken; stays so
// until reopened), or what an upper layer found wrong (bad_message: the stream was tampered with).
struct Transfer {
  Status status;
  size_t bytes;
};

// A reliable, ordered byte stream. A timeout of 0 never blocks; otherwise the call returns as soon as one
// byte was moved, and at the latest `timeout_us` later. A send that was not wholly taken may be tried again
// with other bytes (the transfer is only what was returned). `count` is at least 1.
struct Link {
  void* context;
  Transfer (*send)(void* context, const uint8_t* bytes, size_t count, uint32_t timeout_us);
  Transfer (*receive)(void* context, uint8_t* bytes, size_t count, uint32_t timeout_us);
};

// Opens and closes the stream `link`.
//   open: ok when open; pending when it needs more calls (each returns within about `timeout_us`, 0 = at
//   once, plus
//     the time of one computation step); any other status = failed, everything is released, and the next call
//     starts from the beginning. Calling it on an open stream is ok and does nothing.
//   close: in any state, any number of times; sends a goodbye if that needs no waiting.
struct Connector {
  void* context;
  Status (*open)(void* context, uint32_t timeout_us);
  void (*close)(void* context);
  Link link;
};

}  // namespace coinfer
