# SPDX-License-Identifier: Apache-2.0
set(COINFER_CORE cortex-m7)
set(COINFER_QEMU_MACHINE mps2-an500)
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
