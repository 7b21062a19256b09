# SPDX-License-Identifier: Apache-2.0
set(COINFER_CORE cortex-m55)
set(COINFER_QEMU_MACHINE mps3-an547)
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
