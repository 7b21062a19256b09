// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coinfer/compiler.hpp>
#include <coinfer/session/table_receiver.hpp>
#include <coinfer/wire/message.hpp>
#include <cstddef>
#include <cstdint>

COINFER_CODE_BEGIN
namespace coinfer::detail {

// A split table on its way from the edge peer to its receiver. What is wrong in the table is the receiver's
// to find; what is wrong in its pieces is a bad message.
class TableTransfer {
 public:
  void bind(const TableReceiver& receiver) { receiver_ = receiver; }

  // A new connection.
  void reset() {
    asked_ = receiver_.context != nullptr;
    next_ = total_ = 0;
  }
  uint32_t features() const { return asked_ ? wire::feature_tables : 0; }
  uint32_t version() const { return asked_ ? receiver_.version(receiver_.context) : 0; }

  // The header of a piece; false: not asked for, or out of order.
  bool take(const wire::Table& table, uint32_t payload_bytes) {
    if (!asked_) return false;
    if (table.offset == 0) {
      receiver_.begin(receiver_.context);
      next_ = 0;
      total_ = table.total_bytes;
    }
    if (table.offset != next_ || table.total_bytes != total_ || payload_bytes == 0 ||
        payload_bytes > total_ - next_)
      return false;
    return true;
  }

  void take_payload(const uint8_t* bytes, size_t count) {
    receiver_.take(receiver_.context, bytes, count);
    next_ += static_cast<uint32_t>(count);
    if (next_ == total_) receiver_.finish(receiver_.context);
  }

 private:
  TableReceiver receiver_ = {};
  uint32_t next_ = 0;   // offset of the next byte
  uint32_t total_ = 0;  // of the table
  bool asked_ = false;  // in Hello of this connection
};

}  // namespace coinfer::detail
COINFER_CODE_END
