// SPDX-License-Identifier: Apache-2.0
#include "random.hpp"

#include <stdexcept>

namespace coinfer::tools::tls {

Random::Random() {
  mbedtls_entropy_init(&entropy_);
  mbedtls_ctr_drbg_init(&drbg_);
  if (mbedtls_ctr_drbg_seed(&drbg_, mbedtls_entropy_func, &entropy_, nullptr, 0) != 0) {
    mbedtls_ctr_drbg_free(&drbg_);
    mbedtls_entropy_free(&entropy_);
    throw std::runtime_error("the operating system gives no random numbers");
  }
}

Random::~Random() {
  mbedtls_ctr_drbg_free(&drbg_);
  mbedtls_entropy_free(&entropy_);
}

void Random::fill(std::span<uint8_t> bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const size_t count = std::min<size_t>(bytes.size() - done, MBEDTLS_CTR_DRBG_MAX_REQUEST);
    if (generate(this, bytes.data() + done, count) != 0) {
      throw std::runtime_error("the operating system gives no random numbers");
    }
    done += count;
  }
}

int Random::generate(void* self, unsigned char* bytes, size_t count) {
  return mbedtls_ctr_drbg_random(&static_cast<Random*>(self)->drbg_, bytes, count);
}

}  // namespace coinfer::tools::tls
