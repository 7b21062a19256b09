// SPDX-License-Identifier: Apache-2.0
#include "posix/entropy.hpp"

#include <sys/random.h>

#include <cerrno>

namespace port::posix {
namespace {

coinfer::Status fill(void*, uint8_t* bytes, size_t count) {
  while (count > 0) {
    const ssize_t got = getrandom(bytes, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return coinfer::Status::no_entropy;
    bytes += got;
    count -= static_cast<size_t>(got);
  }
  return coinfer::Status::ok;
}

}  // namespace

coinfer::Entropy kernel_entropy() { return {nullptr, &fill}; }

}  // namespace port::posix
