#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles each header by itself, included twice; prints every header that fails.
#   compile_alone.sh <source directory> <pattern of paths to leave out, or -> <compiler and flags>...
set -eu
source=$1
left_out=$2
shift 2
count=0
failed=0
cd "$source"
for header in $(find include/coinfer kernels/coinfer_kernels \( -name '*.hpp' -o -name '*.h' \) | sort | grep -Ev "$left_out"); do
  name=${header#*/}
  count=$((count + 1))
  printf '#include <%s>\n#include <%s>\n' "$name" "$name" | "$@" -fsyntax-only -x c++ - || {
    echo "compile_alone.sh: <$name> does not compile alone" >&2
    failed=$((failed + 1))
  }
done
echo "$count headers, $failed failed"
[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
