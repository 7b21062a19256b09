# SPDX-License-Identifier: Apache-2.0
set(COINFER_TRIPLET arm-linux-gnueabihf)
set(COINFER_DEBIAN_ARCHITECTURE armhf)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(COINFER_EMULATOR qemu-arm-static)
include(${CMAKE_CURRENT_LIST_DIR}/debian-cross.cmake)
