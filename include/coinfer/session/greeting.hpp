// SPDX-License-Identifier: Apache-2.0
// What a session says and expects before its first inference, and what an end of a connection means to it.
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/session/answer.hpp>
#include <coinfer/session/options.hpp>
#include <coinfer/wire/message.hpp>
#include <cstdint>
#include <cstring>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// `features`: those that the session can use; `table_version`: with wire::feature_tables.
inline wire::Hello make_hello(const uint8_t* identity, uint64_t nonce, const SessionOptions& options,
                              uint32_t features, uint32_t table_version) {
  wire::Hello hello = {};
  hello.wire_version = wire::wire_version;
  hello.wire_version_min = wire::wire_version_min;
  std::memcpy(hello.identity, identity, sizeof hello.identity);
  hello.require_exact = options.require_exact;
  hello.optional_features = features;
  hello.table_version = table_version;
  hello.session_nonce = nonce;
  hello.max_payload_bytes = UINT16_MAX;  // payload goes straight to where it belongs
  for (size_t i = 0; i + 1 < sizeof hello.agent && options.agent[i] != 0; ++i)
    hello.agent[i] = options.agent[i];
  return hello;
}

// An edge peer can grant only what was asked for.
inline bool good_welcome(const wire::Welcome& welcome, uint64_t nonce, uint32_t features) {
  return welcome.wire_version >= wire::wire_version_min && welcome.wire_version <= wire::wire_version &&
         (welcome.features & ~features) == 0 && welcome.session_nonce == nonce &&
         welcome.max_payload_bytes != 0;
}

constexpr Cause cause_of(Status link_status) {
  switch (link_status) {
    case Status::not_trusted:
      return Cause::not_trusted;
    case Status::unsupported:
      return Cause::unsupported;
    case Status::bad_message:
      return Cause::bad_message;
    case Status::no_entropy:
      return Cause::no_entropy;
    case Status::ok:
    case Status::pending:
    case Status::timed_out:
    case Status::link_down:
    case Status::refused:
    case Status::no_answer:
    case Status::no_memory:
      return Cause::link_down;
  }
  return Cause::link_down;
}

constexpr Cause cause_of(wire::ByeReason reason) {
  switch (reason) {
    case wire::ByeReason::unknown_model:
    case wire::ByeReason::version:
    case wire::ByeReason::feature_unsupported:
      return Cause::unsupported;
    case wire::ByeReason::exact_unavailable:
      return Cause::not_exact;
    case wire::ByeReason::draining:
    case wire::ByeReason::bad_message:
    case wire::ByeReason::credit_exceeded:
    case wire::ByeReason::idle:
    case wire::ByeReason::shutting_down:
      return Cause::link_down;
  }
  return Cause::link_down;  // a reason of a later version
}

constexpr uint32_t milliseconds(uint32_t ms, uint32_t most_ms) {
  return (ms < most_ms ? ms : most_ms) * 1000U;
}

}  // namespace coinfer::detail
COINFER_CODE_END
