// SPDX-License-Identifier: Apache-2.0
#include "serve/counters.hpp"

namespace coinfer::serve {

const char* name_of(Event event) {
  switch (event) {
    case Event::connections:
      return "connections";
    case Event::too_many_clients:
      return "too_many_clients";
    case Event::too_many_from_address:
      return "too_many_from_address";
    case Event::bad_client_certificate:
      return "bad_client_certificate";
    case Event::wrong_ca:
      return "wrong_ca";
    case Event::wrong_psk:
      return "wrong_psk";
    case Event::tls_failed:
      return "tls_failed";
    case Event::tls_broken:
      return "tls_broken";
    case Event::handshake_timeout:
      return "handshake_timeout";
    case Event::handshake_evicted:
      return "handshake_evicted";
    case Event::idle_timeout:
      return "idle_timeout";
    case Event::closed_by_peer:
      return "closed_by_peer";
    case Event::sessions:
      return "sessions";
    case Event::unknown_identity:
      return "unknown_identity";
    case Event::version_unsupported:
      return "version_unsupported";
    case Event::feature_unsupported:
      return "feature_unsupported";
    case Event::exact_unavailable:
      return "exact_unavailable";
    case Event::garbage:
      return "garbage";
    case Event::oversized_frame:
      return "oversized_frame";
    case Event::truncated_frame:
      return "truncated_frame";
    case Event::unexpected_message:
      return "unexpected_message";
    case Event::sequence_not_rising:
      return "sequence_not_rising";
    case Event::chunk_overrun:
      return "chunk_overrun";
    case Event::credit_exceeded:
      return "credit_exceeded";
    case Event::infers:
      return "infers";
    case Event::refused_overloaded:
      return "refused_overloaded";
    case Event::refused_late:
      return "refused_late";
    case Event::refused_bad_split:
      return "refused_bad_split";
    case Event::refused_bad_exit:
      return "refused_bad_exit";
    case Event::refused_bad_codec:
      return "refused_bad_codec";
    case Event::refused_bad_tensors:
      return "refused_bad_tensors";
    case Event::refused_draining:
      return "refused_draining";
    case Event::refused_internal:
      return "refused_internal";
    case Event::cancelled:
      return "cancelled";
    case Event::answers:
      return "answers";
    case Event::count:
      break;
  }
  return "invalid";
}

std::string Counters::to_json() const {
  std::string json = "{";
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const Event event = static_cast<Event>(i);
    json += (i == 0 ? "\"" : ", \"") + std::string(name_of(event)) + "\": " + std::to_string(get(event));
  }
  return json + "}";
}

}  // namespace coinfer::serve
