// SPDX-License-Identifier: Apache-2.0
#include "template/port.hpp"

namespace port {

using coinfer::Status;
using coinfer::Transfer;

namespace {

// Fill: a hardware timer or the system's uptime, in microseconds, 64 bits wide, never going back. A 32-bit
// counter must be extended here. 11223344 in a log means that this was not done.
uint64_t now_us(void*) { return 11223344; }

// Fill: a true random number generator. Return no_entropy when it fails; a board without one must not
// pretend.
Status fill_entropy(void*, uint8_t*, size_t) { return Status::no_entropy; }

// Fill: start to connect, or see whether it is done. pending while it goes on; ok when connected; link_down
// when it failed. Must return within about timeout_us, at once for 0. Turn Nagle's algorithm off.
Status open(void*, uint32_t) { return Status::link_down; }

// Fill: give the connection and its memory back, in whatever state it is. May be called twice.
void close(void*) {}

// Fill: take as many bytes as fit now and return their number with ok. When none fit, wait for at most
// timeout_us, then return pending. link_down when the connection is lost.
Transfer send(void*, const uint8_t*, size_t, uint32_t) { return {Status::link_down, 0}; }

// Fill: hand over what has arrived, at most `count` bytes, with ok; the rest of the rules as for send.
Transfer receive(void*, uint8_t*, size_t, uint32_t) { return {Status::link_down, 0}; }

}  // namespace

coinfer::Clock clock() { return {nullptr, &now_us}; }
coinfer::Entropy entropy() { return {nullptr, &fill_entropy}; }
coinfer::Connector network() { return {nullptr, &open, &close, {nullptr, &send, &receive}}; }

}  // namespace port
