// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/allowed_splits.hpp>
#include <cstdint>

namespace coinfer {

// Kept by reference in a Session: give it a constant that outlives it (it then stays in flash).
struct SessionOptions {
  // Kept free before a deadline when finishing locally. Must cover what the caller does between the polls of
  // one local finish, and one send and receive of the link.
  uint32_t margin_us = 2000;
  // Longest wait for an answer of the edge peer when a request has no deadline.
  uint32_t answer_timeout_us = 10'000'000;
  // Longest time to open the link, handshake and greeting included.
  uint32_t connect_timeout_us = 30'000'000;
  // First guess of the longest computation step while the link is opened (a public key operation); what it
  // really takes is learned. With a deadline, such a step is only begun when it fits.
  uint32_t connect_step_us = 20'000;
  // Reconnection: a random time between 0 and min, 2 * min, 4 * min, ... max.
  uint32_t backoff_min_us = 200'000;
  uint32_t backoff_max_us = 60'000'000;
  // Silence after which the edge peer is asked for a sign of life (0: never; its own wish for a shorter time
  // counts too), and how long that sign, or progress in sending, may take.
  uint32_t ping_idle_us = 15'000'000;
  uint32_t ping_timeout_us = 5'000'000;
  // Only bit-exact tails: answers that equal the device's own, at every split.
  bool require_exact = false;
  // Where to cut at all; an inference asked for with another split is answered here.
  AllowedSplits allowed_splits = {};
  const char* agent = "coinfer";  // name and version of the firmware, at most 32 characters
};

inline constexpr SessionOptions default_session_options = {};

}  // namespace coinfer
