# SPDX-License-Identifier: Apache-2.0
set(COINFER_CORE cortex-m33)
set(COINFER_QEMU_MACHINE mps2-an505)
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
