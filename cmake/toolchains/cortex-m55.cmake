# SPDX-License-Identifier: Apache-2.0
# GCC 12 drops the live-out counter of some counted loops for this core at -Os; -fno-branch-count-reg avoids it.
set(COINFER_CORE_FLAGS "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard -fno-branch-count-reg")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
