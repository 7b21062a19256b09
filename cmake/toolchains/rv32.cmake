# SPDX-License-Identifier: Apache-2.0
# Debian's RISC-V compiler comes with a C library (picolibc) and no C++ one; the Arm one's headers are generic enough.
set(COINFER_CORE rv32imc)
include(${CMAKE_CURRENT_LIST_DIR}/core_flags.cmake)
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
# There is no operating system to link a test program against.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
file(GLOB coinfer_cxx_headers /usr/include/newlib/c++/*)
list(JOIN COINFER_FLAGS_${COINFER_CORE} " " coinfer_core_flags)
list(JOIN COINFER_FREESTANDING_FLAGS " " coinfer_freestanding_flags)
set(CMAKE_C_FLAGS_INIT "--specs=picolibc.specs ${coinfer_core_flags} -ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_INIT "--specs=picolibc.specs ${coinfer_core_flags} ${coinfer_freestanding_flags} \
-isystem ${coinfer_cxx_headers} -isystem ${coinfer_cxx_headers}/arm-none-eabi")
# There is no libstdc++ to link, and nothing that needs it.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nodefaultlibs -Wl,--gc-sections")
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lc -lgcc")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-system-riscv32 -M virt -bios none -nographic -monitor none -serial none
    -semihosting-config enable=on,target=native -kernel)
