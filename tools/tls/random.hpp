// SPDX-License-Identifier: Apache-2.0
// Random numbers of Mbed TLS, seeded by the operating system.
#pragma once

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include <cstdint>
#include <span>

namespace coinfer::tools::tls {

// For one thread at a time. Throws std::runtime_error when the operating system gives no entropy.
class Random {
 public:
  Random();
  ~Random();
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;

  void fill(std::span<uint8_t> bytes);

  // In the form in which Mbed TLS takes a generator: function and its context.
  static int generate(void* self, unsigned char* bytes, size_t count);

 private:
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context drbg_;
};

}  // namespace coinfer::tools::tls
