# SPDX-License-Identifier: Apache-2.0
# Debian's cross compilers with the target's libraries unpacked by cmake/cross-sysroot.sh; programs run in qemu-user.
# No --sysroot: the cross C library lies in /usr/<triplet>, and its libc.so is a linker script with absolute paths.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${COINFER_TRIPLET}-gcc)
set(CMAKE_CXX_COMPILER ${COINFER_TRIPLET}-g++)

set(COINFER_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../../build/sysroot/${COINFER_DEBIAN_ARCHITECTURE}
    CACHE PATH "Target libraries, unpacked by cmake/cross-sysroot.sh")
cmake_path(NORMAL_PATH COINFER_SYSROOT)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES COINFER_SYSROOT)  # a trial compilation reads this file again
if(NOT EXISTS ${COINFER_SYSROOT}/usr/include)
  message(FATAL_ERROR "No target libraries in ${COINFER_SYSROOT}; run cmake/cross-sysroot.sh ${COINFER_DEBIAN_ARCHITECTURE}")
endif()

set(CMAKE_LIBRARY_ARCHITECTURE ${COINFER_TRIPLET})
set(CMAKE_FIND_ROOT_PATH ${COINFER_SYSROOT} /usr/${COINFER_TRIPLET})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(coinfer_library_dirs ${COINFER_SYSROOT}/usr/lib/${COINFER_TRIPLET}:${COINFER_SYSROOT}/lib/${COINFER_TRIPLET})
# Headers that differ by architecture (jconfig.h), behind those that the cross compiler brings itself.
set(CMAKE_C_FLAGS_INIT "-idirafter ${COINFER_SYSROOT}/usr/include/${COINFER_TRIPLET}")
set(CMAKE_CXX_FLAGS_INIT ${CMAKE_C_FLAGS_INIT})
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-rpath-link,${coinfer_library_dirs}")
set(CMAKE_CROSSCOMPILING_EMULATOR
    ${COINFER_EMULATOR} -cpu max -L /usr/${COINFER_TRIPLET} -E LD_LIBRARY_PATH=${coinfer_library_dirs})
