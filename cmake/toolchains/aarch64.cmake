# SPDX-License-Identifier: Apache-2.0
set(COINFER_TRIPLET aarch64-linux-gnu)
set(COINFER_DEBIAN_ARCHITECTURE arm64)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(COINFER_EMULATOR qemu-aarch64-static)
include(${CMAKE_CURRENT_LIST_DIR}/debian-cross.cmake)
