// SPDX-License-Identifier: Apache-2.0
// Seals session tickets (RFC 5077, 4): AES-256-GCM under keys that only the servers of one fleet know. The
// identity of the device travels inside, because Mbed TLS does not keep the peer's certificate in every mode
// and never the PSK identity.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "identity.hpp"
#include "random.hpp"

namespace coinfer::tools::tls {

struct TicketContent {
  Identity identity;
  uint32_t policy_generation = 0;
  std::vector<uint8_t> session;  // serialized by Mbed TLS
};

// Safe to use from several threads. A key seals for one lifetime and opens for one more.
class TicketKeys {
 public:
  using Now = std::function<uint64_t()>;  // Unix seconds

  explicit TicketKeys(uint32_t lifetime_s = 24 * 3600);
  TicketKeys(uint32_t lifetime_s, Now now);
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  uint32_t lifetime_s() const { return lifetime_s_; }
  uint64_t now_s() const { return now_(); }

  // Bytes written to `ticket`, or nothing when it is too small.
  std::optional<size_t> seal(const TicketContent& content, std::span<uint8_t> ticket);

  // Nothing for a ticket that is damaged, foreign, or whose identity was authenticated more than a lifetime
  // ago.
  std::optional<TicketContent> open(std::span<const uint8_t> ticket);

 private:
  static constexpr size_t name_bytes = 8;
  struct Key {
    std::array<uint8_t, name_bytes> name{};
    std::array<uint8_t, 32> secret{};
    uint64_t made_at_s = 0;
    bool used = false;
  };

  void rotate();

  uint32_t lifetime_s_;
  Now now_;
  std::mutex mutex_;
  Random random_;
  Key current_;
  Key previous_;
};

}  // namespace coinfer::tools::tls
