# SPDX-License-Identifier: Apache-2.0
# What all Cortex-M toolchain files share; COINFER_CORE names the core.
include(${CMAKE_CURRENT_LIST_DIR}/core_flags.cmake)
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
# There is no operating system to link a test program against.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(JOIN COINFER_FLAGS_${COINFER_CORE} " " coinfer_core_flags)
list(JOIN COINFER_FREESTANDING_FLAGS " " coinfer_freestanding_flags)
set(CMAKE_C_FLAGS_INIT "${coinfer_core_flags} -ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_INIT "${coinfer_core_flags} ${coinfer_freestanding_flags}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "--specs=nano.specs -Wl,--gc-sections")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-system-arm -M ${COINFER_QEMU_MACHINE} -nographic -monitor none -serial none -nic none
    -semihosting-config enable=on,target=native -kernel)
