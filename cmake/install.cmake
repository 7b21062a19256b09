# SPDX-License-Identifier: Apache-2.0
# Installs the headers and a package file, so that find_package(coinfer) gives coinfer::coinfer.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(coinfer_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/coinfer)
install(DIRECTORY include/coinfer kernels/coinfer_kernels DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h" PATTERN "*.c" PATTERN "*.proto" PATTERN "*.options")
install(TARGETS coinfer EXPORT coinfer-targets)
install(EXPORT coinfer-targets NAMESPACE coinfer:: DESTINATION ${coinfer_package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/coinfer-config-version.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/coinfer-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/coinfer-config-version.cmake
        DESTINATION ${coinfer_package_dir})
