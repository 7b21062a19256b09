// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace coinfer::serve {

// What the edge peer counts. The names in JSON are those of name_of(), stable once released.
enum class Event : std::uint8_t {
  // connections
  connections,
  too_many_clients,
  too_many_from_address,
  bad_client_certificate,  // expired, not yet valid, not for clients, damaged
  wrong_ca,                // signed by an authority that is not ours, or none was sent
  wrong_psk,
  tls_failed,         // any other failed handshake, plaintext on a TLS port included
  tls_broken,         // a record that does not authenticate, after the handshake
  handshake_timeout,  // no session within the time allowed
  handshake_evicted,  // gave way to a newer connection
  idle_timeout,
  closed_by_peer,
  // sessions
  sessions,
  unknown_identity,
  version_unsupported,
  feature_unsupported,
  exact_unavailable,
  // broken frames and messages: the connection is closed
  garbage,
  oversized_frame,
  truncated_frame,  // the peer closed in the middle of a frame
  unexpected_message,
  sequence_not_rising,
  chunk_overrun,  // wrong slot, more bytes than the tensor has, or end before all bytes
  credit_exceeded,
  // inferences
  infers,
  refused_overloaded,
  refused_late,
  refused_bad_split,
  refused_bad_exit,
  refused_bad_codec,
  refused_bad_tensors,
  refused_draining,
  refused_internal,
  cancelled,
  answers,
  count
};

const char* name_of(Event event);

// Of one server; safe to use from any thread.
class Counters {
 public:
  void add(Event event) { at(event).fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t get(Event event) const {
    return values_[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
  }
  std::string to_json() const;  // one object on one line, without the line's end

 private:
  std::atomic<std::uint64_t>& at(Event event) { return values_[static_cast<std::size_t>(event)]; }

  std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Event::count)> values_{};
};

}  // namespace coinfer::serve
