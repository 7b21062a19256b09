// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <xnnpack.h>

#include <cstddef>
#include <cstdint>

// Everything that differs between the XNNPACK releases in use: Debian 12's
// snapshot of 2022-02, Debian 13's of 2024-11, and upstream. They have no
// version macro; a flag that came with a feature tells.

#if defined(XNN_FLAG_KEEP_DIMS)  // upstream since 2023
#define COINFER_XNNPACK_HAS_WEIGHTS_CACHE 1
#else
#define COINFER_XNNPACK_HAS_WEIGHTS_CACHE 0
#endif

namespace coinfer::kernels::xnnpack {

// Bytes behind a tensor that XNNPACK may read.
inline constexpr std::size_t extra_bytes = XNN_EXTRA_BYTES;

// xnn_initialize, once per process. False when this processor is not supported.
inline bool available() {
  static const bool initialized = xnn_initialize(nullptr) == xnn_status_success;
  return initialized;
}

// Marked deprecated upstream in favour of functions that the older releases do
// not have.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

inline xnn_status define_add(xnn_subgraph_t subgraph, float min, float max, std::uint32_t first,
                             std::uint32_t second, std::uint32_t output) {
  return xnn_define_add2(subgraph, min, max, first, second, output, 0);
}

inline xnn_status define_subtract(xnn_subgraph_t subgraph, float min, float max, std::uint32_t first,
                                  std::uint32_t second, std::uint32_t output) {
  return xnn_define_subtract(subgraph, min, max, first, second, output, 0);
}

inline xnn_status define_multiply(xnn_subgraph_t subgraph, float min, float max, std::uint32_t first,
                                  std::uint32_t second, std::uint32_t output) {
  return xnn_define_multiply2(subgraph, min, max, first, second, output, 0);
}

inline xnn_status define_clamp(xnn_subgraph_t subgraph, float min, float max, std::uint32_t input,
                               std::uint32_t output) {
  return xnn_define_clamp(subgraph, min, max, input, output, 0);
}

inline xnn_status define_pad(xnn_subgraph_t subgraph, const std::size_t* before, const std::size_t* after,
                             float value, std::uint32_t input, std::uint32_t output) {
  return xnn_define_static_constant_pad(subgraph, before, after, value, input, output, 0);
}

// Output 1 x 1 x channels in every release.
inline xnn_status define_global_average(xnn_subgraph_t subgraph, float min, float max, std::uint32_t input,
                                        std::uint32_t output) {
#if defined(XNN_FLAG_KEEP_DIMS)
  constexpr std::uint32_t flags = XNN_FLAG_KEEP_DIMS;
#else
  constexpr std::uint32_t flags = 0;
#endif
  return xnn_define_global_average_pooling_2d(subgraph, min, max, input, output, flags);
}

#pragma GCC diagnostic pop

// Packed filters shared by the runtimes of a model. Releases without it pack
// once per runtime.
#if COINFER_XNNPACK_HAS_WEIGHTS_CACHE
class WeightsCache {
 public:
  enum class Use : std::uint8_t { share, none };
  static constexpr bool shares = true;

  explicit WeightsCache(Use use) {
    if (use == Use::share && xnn_create_weights_cache(&cache_) != xnn_status_success) cache_ = nullptr;
  }
  ~WeightsCache() {
    if (cache_ != nullptr) xnn_delete_weights_cache(cache_);
  }
  WeightsCache(const WeightsCache&) = delete;
  WeightsCache& operator=(const WeightsCache&) = delete;

  // Before the first runtime is set up. From then on a runtime finds all its
  // filters in the cache or fails.
  bool finalize() {
    return cache_ == nullptr ||
           xnn_finalize_weights_cache(cache_, xnn_weights_cache_finalization_kind_soft) == xnn_status_success;
  }
  xnn_status create_runtime(xnn_subgraph_t subgraph, xnn_runtime_t* runtime) const {
    return xnn_create_runtime_v3(subgraph, cache_, nullptr, 0, runtime);
  }

 private:
  xnn_weights_cache_t cache_ = nullptr;
};
#else
class WeightsCache {
 public:
  enum class Use : std::uint8_t { share, none };
  static constexpr bool shares = false;

  explicit WeightsCache(Use /*use*/) {}
  bool finalize() { return true; }
  xnn_status create_runtime(xnn_subgraph_t subgraph, xnn_runtime_t* runtime) const {
    return xnn_create_runtime_v2(subgraph, nullptr, 0, runtime);
  }
};
#endif

}  // namespace coinfer::kernels::xnnpack
