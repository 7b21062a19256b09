# SPDX-License-Identifier: Apache-2.0
# Mbed TLS 2.28 (Debian 12) or 3.6 (Debian 13): libmbedtls with libmbedx509 and libmbedcrypto.
find_path(MbedTLS_INCLUDE_DIR mbedtls/ssl.h)
find_library(MbedTLS_LIBRARY mbedtls)
find_library(MbedTLS_X509_LIBRARY mbedx509)
find_library(MbedTLS_CRYPTO_LIBRARY mbedcrypto)
mark_as_advanced(MbedTLS_INCLUDE_DIR MbedTLS_LIBRARY MbedTLS_X509_LIBRARY MbedTLS_CRYPTO_LIBRARY)

# 3.x keeps the version in build_info.h, 2.x in version.h.
foreach(header IN ITEMS build_info.h version.h)
  if(NOT MbedTLS_VERSION AND EXISTS ${MbedTLS_INCLUDE_DIR}/mbedtls/${header})
    file(STRINGS ${MbedTLS_INCLUDE_DIR}/mbedtls/${header} version_line REGEX "define MBEDTLS_VERSION_STRING ")
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" MbedTLS_VERSION "${version_line}")
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MbedTLS
  REQUIRED_VARS MbedTLS_LIBRARY MbedTLS_X509_LIBRARY MbedTLS_CRYPTO_LIBRARY MbedTLS_INCLUDE_DIR
  VERSION_VAR MbedTLS_VERSION)

if(MbedTLS_FOUND AND NOT TARGET MbedTLS::mbedtls)
  add_library(MbedTLS::mbedtls UNKNOWN IMPORTED)
  set_target_properties(MbedTLS::mbedtls PROPERTIES IMPORTED_LOCATION ${MbedTLS_LIBRARY})
  target_include_directories(MbedTLS::mbedtls INTERFACE ${MbedTLS_INCLUDE_DIR})
  target_link_libraries(MbedTLS::mbedtls INTERFACE ${MbedTLS_X509_LIBRARY} ${MbedTLS_CRYPTO_LIBRARY})
endif()
