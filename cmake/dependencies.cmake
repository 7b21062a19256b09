# SPDX-License-Identifier: Apache-2.0
# The one place where outside libraries are found. Order: a prefix (CMAKE_PREFIX_PATH, <Name>_ROOT), the system's
# packages (cmake/install-deps.sh installs them), then, with COINFER_FETCH_DEPENDENCIES, a pinned upstream release.
# Each library is used under one name, coinfer::<name>, wherever it came from.
list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR}/modules)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
include(${CMAKE_CURRENT_LIST_DIR}/fetch.cmake)

# coinfer_dependency(<name> <package> <first existing target of these>...): defines coinfer::<name>.
function(coinfer_dependency name package)
  if(TARGET coinfer::${name})
    return()
  endif()
  find_package(${package} QUIET)
  if(NOT ${package}_FOUND)
    coinfer_fetch(${name} ${package})
  endif()
  foreach(target IN LISTS ARGN)
    if(TARGET ${target})
      add_library(coinfer_${name} INTERFACE)
      target_link_libraries(coinfer_${name} INTERFACE ${target})
      add_library(coinfer::${name} ALIAS coinfer_${name})
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${package} was found but gives none of these targets: ${ARGN}")
endfunction()

coinfer_dependency(flatbuffers FlatBuffers flatbuffers::flatbuffers flatbuffers::flatbuffers_shared flatbuffers)
coinfer_dependency(cli11 CLI11 CLI11::CLI11)
coinfer_dependency(json nlohmann_json nlohmann_json::nlohmann_json)
coinfer_dependency(spdlog spdlog spdlog::spdlog)
coinfer_dependency(asio Asio Asio::Asio)
coinfer_dependency(nanopb Nanopb Nanopb::Nanopb protobuf-nanopb-static)
coinfer_dependency(mbedtls MbedTLS MbedTLS::mbedtls mbedtls)
coinfer_dependency(xnnpack XNNPACK XNNPACK::XNNPACK XNNPACK)
if(COINFER_BUILD_TESTS)
  coinfer_dependency(gtest GTest GTest::gtest_main gtest_main)
endif()

# The schema compiler runs on the build machine; it must fit the FlatBuffers headers in use.
if(TARGET flatc)
  set(COINFER_FLATC $<TARGET_FILE:flatc>)
else()
  find_program(COINFER_FLATC flatc REQUIRED)
endif()
