#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every loop of a device header lies between COINFER_CODE_BEGIN and COINFER_CODE_END (coinfer/compiler.hpp), and no
# include does. Prints what is not so.
#   enclosed.sh <source directory>
cd "$1" || exit 1
find include/coinfer kernels/coinfer_kernels -name '*.hpp' ! -path '*xnnpack*' ! -name compiler.hpp | sort | xargs awk '
  function complain(what) { print FILENAME ":" FNR ": " what; wrong = 1 }
  FNR == 1 { if (inside) { print "no COINFER_CODE_END before " FILENAME; wrong = 1 } inside = 0; ++count }
  /^COINFER_CODE_END$/ { if (!inside) complain("no COINFER_CODE_BEGIN before it"); inside = 0 }
  /^COINFER_CODE_BEGIN$/ { if (inside) complain("enclosed already"); inside = 1 }
  inside && /^ *#include/ { complain("an include between COINFER_CODE_BEGIN and COINFER_CODE_END") }
  !inside && /(^|[^A-Za-z_])(for|while|do) [({]/ && !/^ *\/\// { complain("a loop outside COINFER_CODE_BEGIN and COINFER_CODE_END") }
  END { print count " headers"; exit wrong || inside || count == 0 }'
