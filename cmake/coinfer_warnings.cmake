# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers and the compiler cache for coinfer's own sources; never forced on users of the headers.
option(COINFER_WERROR "Treat warnings in coinfer's own sources as errors" OFF)
set(COINFER_SANITIZE "" CACHE STRING "Sanitizers for everything built here, e.g. address,undefined")

set(COINFER_WARNINGS -Wall -Wextra -Wconversion -Wshadow)
if(COINFER_WERROR)
  list(APPEND COINFER_WARNINGS -Werror)
endif()

if(COINFER_SANITIZE)
  add_compile_options(-fsanitize=${COINFER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${COINFER_SANITIZE})
endif()

# ccache, where installed, makes the many builds of the tests cheap.
find_program(COINFER_CCACHE ccache)
if(COINFER_CCACHE AND PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${COINFER_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${COINFER_CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND COINFER_WARNINGS -Wno-restrict)  # false alarms of GCC 12 on "text" + std::string (its bug 105651)
endif()
