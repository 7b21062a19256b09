# SPDX-License-Identifier: Apache-2.0
# coinfer_add_fuzz(NAME <name> SOURCES <files> [LIBRARIES <targets>] [CORPUS <directory>])
#
# The sources define LLVMFuzzerTestOneInput. With COINFER_FUZZ (Clang, preset fuzz) the test explores with libFuzzer for
# COINFER_FUZZ_SECONDS; otherwise it replays the files of the corpus, so that every build keeps what fuzzing found.
option(COINFER_FUZZ "Build the fuzz targets with libFuzzer (needs Clang)" OFF)
set(COINFER_FUZZ_SECONDS 20 CACHE STRING "How long each fuzz target explores in a test run")
if(COINFER_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

function(coinfer_add_fuzz)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CORPUS" "SOURCES;LIBRARIES")
  if(NOT arg_NAME OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "coinfer_add_fuzz: NAME and SOURCES are needed; not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBRARIES} coinfer::coinfer)
  if(arg_CORPUS)
    cmake_path(ABSOLUTE_PATH arg_CORPUS)
  endif()
  if(COINFER_FUZZ)
    target_link_options(${arg_NAME} PRIVATE -fsanitize=fuzzer)
    set(found ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}_corpus)
    file(MAKE_DIRECTORY ${found})
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} -max_total_time=${COINFER_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
                                      -artifact_prefix=${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}- ${found} ${arg_CORPUS})
  else()
    target_sources(${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp)
    add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} ${arg_CORPUS})
  endif()
  math(EXPR timeout "${COINFER_FUZZ_SECONDS} * 2 + 120")
  set_tests_properties(${arg_NAME} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()
