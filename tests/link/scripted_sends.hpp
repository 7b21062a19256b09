// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <coinfer/link.hpp>
#include <cstdint>
#include <deque>

namespace coinfer::tests {

// A transport over another one whose next sends take only as many bytes as a test says: each element is one
// call, 0 is pending. After them it takes everything.
class ScriptedSends {
 public:
  explicit ScriptedSends(const Connector& below) : below_(below) {}

  Connector connector() {
    return {this,
            [](void* self, uint32_t timeout_us) {
              const Connector& below = static_cast<ScriptedSends*>(self)->below_;
              return below.open(below.context, timeout_us);
            },
            [](void* self) {
              const Connector& below = static_cast<ScriptedSends*>(self)->below_;
              below.close(below.context);
            },
            {this,
             [](void* self, const uint8_t* bytes, size_t count, uint32_t timeout_us) {
               return static_cast<ScriptedSends*>(self)->send(bytes, count, timeout_us);
             },
             [](void* self, uint8_t* bytes, size_t count, uint32_t timeout_us) {
               const Link& link = static_cast<ScriptedSends*>(self)->below_.link;
               return link.receive(link.context, bytes, count, timeout_us);
             }}};
  }

  std::deque<size_t> takes;

 private:
  Transfer send(const uint8_t* bytes, size_t count, uint32_t timeout_us) {
    size_t most = count;
    if (!takes.empty()) {
      most = takes.front();
      takes.pop_front();
    }
    if (most == 0) return {Status::pending, 0};
    return below_.link.send(below_.link.context, bytes, std::min(count, most), timeout_us);
  }

  Connector below_;
};

}  // namespace coinfer::tests
