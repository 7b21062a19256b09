# SPDX-License-Identifier: Apache-2.0
set(COINFER_CORE cortex-m0)
set(COINFER_QEMU_MACHINE mps2-an385)  # a Cortex-M3, which runs all code of the M0
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
