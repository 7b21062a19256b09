// SPDX-License-Identifier: Apache-2.0
// Compiled, never run: the RAM of a session where pointers have 4 bytes, the protocol's included.
#include <coinfer/session.hpp>
#include <coinfer_kernels/reference.hpp>

#include "toy_model.hpp"

using ToyDevice = coinfer::Device<toy::Model, coinfer::kernels::Reference>;
using Memory = coinfer::SessionNetwork<ToyDevice>::Memory;
static_assert(sizeof(void*) == 4, "compile this for a 32-bit target");
static_assert(sizeof(coinfer::Session<ToyDevice>) - sizeof(Memory) <= 2048,
              "a session takes more than 2 KiB beside its answer buffer");

static coinfer::Session<ToyDevice> session;
int answered_exit() { return session.answer().exit; }
