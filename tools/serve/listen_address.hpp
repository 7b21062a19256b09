// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace coinfer::serve {

struct ListenAddress {
  std::string host;  // numeric, IPv6 without its brackets
  std::uint16_t port = 0;
};

// "127.0.0.1:7001" or "[::1]:7001". Throws std::invalid_argument that says what is wrong.
ListenAddress parse_listen_address(std::string_view text);

}  // namespace coinfer::serve
