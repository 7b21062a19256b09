// SPDX-License-Identifier: Apache-2.0
#include "serve/listen_address.hpp"

#include <asio/ip/address.hpp>
#include <charconv>
#include <stdexcept>

namespace coinfer::serve {

ListenAddress parse_listen_address(std::string_view text) {
  const std::string where = "--listen " + std::string(text);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    throw std::invalid_argument(where + ": write HOST:PORT, port 0 for a free one");
  ListenAddress address;
  address.host = text.substr(0, colon);
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) {
    throw std::invalid_argument(where + ": '" + std::string(port) + "' is not a port number");
  }
  asio::error_code not_numeric;
  asio::ip::make_address(address.host, not_numeric);
  if (not_numeric) {
    throw std::invalid_argument(where + ": '" + address.host +
                                "' is not a numeric address such as 127.0.0.1 or [::1]");
  }
  return address;
}

}  // namespace coinfer::serve
