# SPDX-License-Identifier: Apache-2.0
set(COINFER_CORE cortex-m0)
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
