# SPDX-License-Identifier: Apache-2.0
# coinfer_add_test(NAME <name> SOURCES <files> [LIBRARIES <targets>] [LABELS <labels>] [TIMEOUT <seconds>] [RUN_SERIAL])
#
# Builds a GoogleTest program and registers it with ctest as one test. It runs under CMAKE_CROSSCOMPILING_EMULATOR when
# cross compiling. Skipped cases are printed by the program; one that skips everything, and fails nothing, is reported as
# skipped.
set(COINFER_SHARED_DIR ${PROJECT_SOURCE_DIR}/../shared CACHE PATH "Outside models and data; tests that need it skip without it")
cmake_path(NORMAL_PATH COINFER_SHARED_DIR)

function(coinfer_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "RUN_SERIAL" "NAME;TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  if(NOT arg_NAME OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "coinfer_add_test: NAME and SOURCES are needed; not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(CMAKE_CROSSCOMPILING OR COINFER_SANITIZE)
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 5")
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBRARIES} coinfer::coinfer coinfer::gtest)
  target_compile_definitions(${arg_NAME} PRIVATE
    COINFER_SHARED_DIR="${COINFER_SHARED_DIR}" COINFER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                       SKIP_REGULAR_EXPRESSION "\\[  PASSED  \\] 0 tests\\.\n(\\[  SKIPPED \\] [^\n]*\n)+$")
  if(arg_RUN_SERIAL)
    set_tests_properties(${arg_NAME} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()
