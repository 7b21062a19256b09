// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace coinfer::graph {

// Why a file cannot be used: one line for the user, naming the tensor or operator, what was found there and
// what is supported.
class ImportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace coinfer::graph
