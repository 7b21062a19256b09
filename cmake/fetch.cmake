# SPDX-License-Identifier: Apache-2.0
# Pinned upstream releases, for libraries that are neither in a prefix nor installed. A site without internet access
# points COINFER_<NAME>_URL at a copy of the same archive (a path, or file:// or https://).
include(FetchContent)
option(COINFER_FETCH_DEPENDENCIES "Download pinned upstream releases of libraries that are not installed" OFF)

# coinfer_pin(<name> <url> <sha256>)
macro(coinfer_pin name url sha256)
  string(TOUPPER ${name} upper)
  set(COINFER_${upper}_URL ${url} CACHE STRING "Archive of ${name}")
  set(COINFER_${upper}_SHA256 ${sha256} CACHE STRING "SHA-256 of the archive of ${name}")
  mark_as_advanced(COINFER_${upper}_URL COINFER_${upper}_SHA256)
endmacro()

set(github https://github.com)
coinfer_pin(flatbuffers ${github}/google/flatbuffers/archive/refs/tags/v24.3.25.tar.gz
  4157c5cacdb59737c5d627e47ac26b140e9ee28b1102f812b36068aab728c1ed)
coinfer_pin(cli11 ${github}/CLIUtils/CLI11/archive/refs/tags/v2.4.1.tar.gz
  73b7ec52261ce8fe980a29df6b4ceb66243bb0b779451dbd3d014cfec9fdbb58)
coinfer_pin(json ${github}/nlohmann/json/releases/download/v3.11.3/json.tar.xz
  d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d)
coinfer_pin(spdlog ${github}/gabime/spdlog/archive/refs/tags/v1.14.1.tar.gz
  1586508029a7d0670dfcb2d97575dcdc242d3868a259742b69f100801ab4e16b)
coinfer_pin(asio ${github}/chriskohlhoff/asio/archive/refs/tags/asio-1-30-2.tar.gz
  755bd7f85a4b269c67ae0ea254907c078d408cce8e1a352ad2ed664d233780e8)
coinfer_pin(nanopb ${github}/nanopb/nanopb/archive/refs/tags/0.4.8.tar.gz
  3f78bf63722a810edb6da5ab5f0e76c7db13a961c2aad4ab49296e3095d0d830)
coinfer_pin(mbedtls ${github}/Mbed-TLS/mbedtls/releases/download/mbedtls-3.6.7/mbedtls-3.6.7.tar.bz2
  a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6)
coinfer_pin(gtest ${github}/google/googletest/archive/refs/tags/v1.14.0.tar.gz
  8ad598c73ad796e0d8280b082cebd82a630d73e73cd3c70057938a6501bba5d7)
# XNNPACK and the revisions of its own dependencies that TensorFlow pinned together with it.
coinfer_pin(xnnpack ${github}/google/XNNPACK/archive/1d5830644349f5c66ddc3846c32b16010ac4cf4f.zip
  09acd3e8112421fb7883f1c2966c9abc404349359ff9a18b12884f39dc6177a7)
coinfer_pin(fxdiv ${github}/Maratyszcza/FXdiv/archive/63058eff77e11aa15bf531df5dd34395ec3017c8.zip
  3d7b0e9c4c658a84376a1086126be02f9b7f753caa95e009d9ac38d11da444db)
coinfer_pin(fp16 ${github}/Maratyszcza/FP16/archive/4dfe081cf6bcd15db339cf2680b9281b8451eeb3.zip
  d973501a40c55126b31accc2d9f08d931ec3cc190c0430309a5e341d3c0ce32a)
coinfer_pin(pthreadpool ${github}/Maratyszcza/pthreadpool/archive/4fe0e1e183925bf8cfa6aae24237e724a96479b8.zip
  a4cf06de57bfdf8d7b537c61f1c3071bce74e57524fe053e0bbd2332feca7f95)
coinfer_pin(cpuinfo ${github}/pytorch/cpuinfo/archive/959002f82d7962a473d8bf301845f2af720e0aa4.zip
  a0f53ccfb477c57753c595df02bf79ed67bf092fd9a5c61ec5b8992b81bc1e65)

# Downloads and checks one archive, and sets <result> to where it was unpacked.
function(coinfer_unpack name result)
  string(TOUPPER ${name} upper)
  message(STATUS "Fetching ${name} from ${COINFER_${upper}_URL}")
  # The missing SOURCE_SUBDIR keeps FetchContent from adding the project: that is done below, without its install rules.
  FetchContent_Declare(coinfer_${name} URL ${COINFER_${upper}_URL} URL_HASH SHA256=${COINFER_${upper}_SHA256}
                       DOWNLOAD_EXTRACT_TIMESTAMP OFF SOURCE_SUBDIR nothing-here)
  FetchContent_MakeAvailable(coinfer_${name})
  set(${result} ${coinfer_${name}_SOURCE_DIR} PARENT_SCOPE)
endfunction()

# Adds the library <name> that find_package(<package>) did not find.
function(coinfer_fetch name package)
  if(NOT COINFER_FETCH_DEPENDENCIES)
    message(FATAL_ERROR "${package} is missing. Run cmake/install-deps.sh, or point ${package}_ROOT or "
                        "CMAKE_PREFIX_PATH at an installation, or set COINFER_FETCH_DEPENDENCIES=ON.")
  endif()
  coinfer_unpack(${name} source)
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # the settings below override the projects' options
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  set(BUILD_SHARED_LIBS OFF)
  set(BUILD_TESTING OFF)
  if(name STREQUAL "asio")
    set(Asio_INCLUDE_DIR ${source}/asio/include CACHE PATH "" FORCE)
    find_package(Asio REQUIRED)
    return()
  elseif(name STREQUAL "nanopb")
    add_library(Nanopb STATIC ${source}/pb_common.c ${source}/pb_decode.c ${source}/pb_encode.c)
    target_include_directories(Nanopb SYSTEM PUBLIC ${source})
    add_library(Nanopb::Nanopb ALIAS Nanopb)
    set(Nanopb_INCLUDE_DIR ${source} CACHE PATH "" FORCE)
    return()
  elseif(name STREQUAL "mbedtls")
    set(ENABLE_TESTING OFF)
    set(ENABLE_PROGRAMS OFF)
    set(MbedTLS_INCLUDE_DIR ${source}/include CACHE PATH "" FORCE)
  elseif(name STREQUAL "flatbuffers")
    set(FLATBUFFERS_BUILD_TESTS OFF)
  elseif(name STREQUAL "xnnpack")
    set(XNNPACK_BUILD_TESTS OFF)
    set(XNNPACK_BUILD_BENCHMARKS OFF)
    foreach(part IN ITEMS fxdiv fp16 pthreadpool cpuinfo)
      string(TOUPPER ${part} upper)
      coinfer_unpack(${part} ${upper}_SOURCE_DIR)
    endforeach()
  endif()
  add_subdirectory(${source} ${PROJECT_BINARY_DIR}/_deps/${name} EXCLUDE_FROM_ALL SYSTEM)
endfunction()
