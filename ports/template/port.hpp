// SPDX-License-Identifier: Apache-2.0
// A port to copy and fill. It compiles, opens nothing, and its constants are easy to find in a log.
// Contracts: coinfer/link.hpp and coinfer/clock.hpp; a filled example: ports/posix.
#pragma once

#include <coinfer/clock.hpp>
#include <coinfer/link.hpp>

namespace port {

coinfer::Clock clock();
coinfer::Entropy entropy();
coinfer::Connector network();  // the byte stream to the edge peer, below TLS

}  // namespace port
