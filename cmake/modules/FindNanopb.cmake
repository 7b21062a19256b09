# SPDX-License-Identifier: Apache-2.0
# nanopb's run-time sources as a static library (Debian: libnanopb-dev). The generator is not needed to build.
find_path(Nanopb_INCLUDE_DIR pb_decode.h PATH_SUFFIXES nanopb)
find_library(Nanopb_LIBRARY protobuf-nanopb)
mark_as_advanced(Nanopb_INCLUDE_DIR Nanopb_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Nanopb REQUIRED_VARS Nanopb_LIBRARY Nanopb_INCLUDE_DIR)

if(Nanopb_FOUND AND NOT TARGET Nanopb::Nanopb)
  add_library(Nanopb::Nanopb UNKNOWN IMPORTED)
  set_target_properties(Nanopb::Nanopb PROPERTIES IMPORTED_LOCATION ${Nanopb_LIBRARY})
  target_include_directories(Nanopb::Nanopb INTERFACE ${Nanopb_INCLUDE_DIR})
endif()
