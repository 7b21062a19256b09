// SPDX-License-Identifier: Apache-2.0
// What the world answered. Wrong calls are COINFER_ASSERT, wrong models static_assert; this is the rest.
#pragma once

#include <cstdint>

#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace coinfer {

enum class [[nodiscard]] Status : uint8_t{
    ok,
    pending,      // nothing wrong, not done yet: call again
    timed_out,    // the time given by the caller is over
    link_down,    // the peer or the network closed the connection, or it could not be opened
    not_trusted,  // the peer could not be authenticated, or did not accept our credentials
    refused,      // the edge peer said no to this inference; it may say yes to a later one
    bad_message,  // the peer sent what it must not send; the link is closed
    unsupported,  // the peers are authenticated but share no wire version, model, feature or arithmetic
    no_answer,    // neither the edge peer nor this build could answer
    no_entropy,   // the entropy source failed; nothing is sent without it
    no_memory,    // a library outside coinfer (Mbed TLS) ran out of its memory
};

constexpr const char* to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::pending:
      return "pending";
    case Status::timed_out:
      return "timed out";
    case Status::link_down:
      return "link down";
    case Status::not_trusted:
      return "not trusted";
    case Status::refused:
      return "refused";
    case Status::bad_message:
      return "bad message";
    case Status::unsupported:
      return "unsupported";
    case Status::no_answer:
      return "no answer";
    case Status::no_entropy:
      return "no entropy";
    case Status::no_memory:
      return "no memory";
  }
  return "invalid status";
}

}  // namespace coinfer
COINFER_CODE_END
