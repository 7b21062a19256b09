#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds and runs a user's project that gets coinfer in one of the ways CMake offers.
#   package_test.sh <source> <scratch directory> find_package|add_subdirectory|fetch_git|fetch_archive
set -eu
source=$1
scratch=$2/$3
way=$3
rm -rf "$scratch"
mkdir -p "$scratch"

# The work tree as it is, uncommitted files included.
snapshot() {
  mkdir -p "$scratch/tree"
  (cd "$source" && find . -name .git -prune -o -path ./build -prune -o -type f -print0 | tar -c --null --files-from=-) |
    tar -x -C "$scratch/tree"
}

from=
commit=
prefix=
case $way in
  find_package)
    prefix=$scratch/prefix
    cmake -G Ninja -S "$source" -B "$scratch/coinfer" -DCOINFER_BUILD_TOOLS=OFF -DCOINFER_BUILD_TESTS=OFF \
      -DCMAKE_INSTALL_PREFIX="$prefix" >"$scratch/log"
    cmake --install "$scratch/coinfer" >>"$scratch/log" ;;
  add_subdirectory) from=$source ;;
  fetch_git)
    snapshot
    (cd "$scratch/tree" && git init -q && git add -A && git -c user.name=test -c user.email=test@localhost commit -qm snapshot)
    git clone -q --bare "$scratch/tree" "$scratch/mirror.git"
    from=file://$scratch/mirror.git
    commit=$(git -C "$scratch/mirror.git" rev-parse HEAD) ;;
  fetch_archive)
    snapshot
    tar -czf "$scratch/coinfer-0.1.0.tar.gz" -C "$scratch" --transform 's|^tree|coinfer-0.1.0|' tree
    from=$scratch/coinfer-0.1.0.tar.gz ;;
esac

cmake -G Ninja -S "$source/tests/package/consumer" -B "$scratch/consumer" -DWAY="$way" -DCOINFER_FROM="$from" \
  -DCOINFER_COMMIT="$commit" -DCMAKE_PREFIX_PATH="$prefix" --no-warn-unused-cli >>"$scratch/log"
cmake --build "$scratch/consumer" >>"$scratch/log"
"$scratch/consumer/consumer"
