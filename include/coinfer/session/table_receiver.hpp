// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/wire/message.hpp>
#include <cstddef>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer {

// Takes the split tables that an edge peer sends, piece by piece (coinfer/split_tables.hpp is one). What is
// wrong in a table is for finish() to find; what is wrong in its pieces is a bad message.
class TableReceiver {
 public:
  struct Calls {
    uint32_t (*version)(void* context);  // only later ones are of interest
    void (*begin)(void* context);        // a new table; what was not finished is forgotten
    void (*take)(void* context, const uint8_t* bytes, size_t count);
    void (*finish)(void* context);
  };

  void bind(void* context, const Calls& calls) {
    context_ = context;
    calls_ = &calls;
  }
  void bind(void*, Calls&&) = delete;

  uint32_t version() const { return calls_->version(context_); }

  // The header of a piece; false: out of order.
  bool take(const wire::Table& table, uint32_t payload_bytes) {
    if (table.offset == 0) {
      calls_->begin(context_);
      next_ = 0;
      total_ = table.total_bytes;
    }
    return table.offset == next_ && table.total_bytes == total_ && payload_bytes != 0 &&
           payload_bytes <= total_ - next_;
  }
  void take_payload(const uint8_t* bytes, size_t count) {
    calls_->take(context_, bytes, count);
    next_ += static_cast<uint32_t>(count);
    if (next_ == total_) calls_->finish(context_);
  }
  // The connection ended: what comes next begins anew.
  void reset() { next_ = total_ = 0; }

 private:
  void* context_ = nullptr;
  const Calls* calls_ = nullptr;
  uint32_t next_ = 0;   // offset of the next byte
  uint32_t total_ = 0;  // of the table
};

}  // namespace coinfer
COINFER_CODE_END
