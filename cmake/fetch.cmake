# SPDX-License-Identifier: Apache-2.0
option(COINFER_FETCH_DEPENDENCIES "Download pinned upstream releases of libraries that are not installed" OFF)

# Downloads, checks and adds the library <name> that find_package(<package>) did not find.
function(coinfer_fetch name package)
  message(FATAL_ERROR "${package} is missing. Run cmake/install-deps.sh, or point ${package}_ROOT or CMAKE_PREFIX_PATH "
                      "at an installation, or set COINFER_FETCH_DEPENDENCIES=ON.")
endfunction()
