#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The three answers to a library that is not installed, shown with nlohmann-json: a sentence that says what to do, an
# archive with the pinned hash, and the refusal of an archive with another one.
#   dependency_test.sh <source> <scratch directory> missing|fetched|wrong_hash
set -eu
source=$1
scratch=$2/dependency_$3
rm -rf "$scratch"
mkdir -p "$scratch/json-1/include"

configure() {
  cmake -S "$source" -B "$scratch/build" -G Ninja -DCOINFER_BUILD_TESTS=OFF -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON \
    "$@" >"$scratch/log" 2>&1
}

must_refuse() {
  sentence=$1
  shift
  if configure "$@"; then echo "dependency_test.sh: CMake did not refuse"; exit 1; fi
  grep -F "$sentence" "$scratch/log" || { cat "$scratch/log"; exit 1; }
}

# A stand-in for the upstream archive: the installed headers and a small project file.
headers=$(echo '#include <nlohmann/json.hpp>' | c++ -E -x c++ - | sed -n 's|.*"\(.*\)/nlohmann/json.hpp".*|\1|p' | head -1)
cp -r "$headers/nlohmann" "$scratch/json-1/include/"
cat >"$scratch/json-1/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(nlohmann_json LANGUAGES CXX)
add_library(nlohmann_json INTERFACE)
add_library(nlohmann_json::nlohmann_json ALIAS nlohmann_json)
target_include_directories(nlohmann_json INTERFACE include)
END
archive=$scratch/json-1.tar.gz
tar -czf "$archive" -C "$scratch" json-1
hash=$(sha256sum "$archive" | cut -d' ' -f1)

case $3 in
  missing) must_refuse 'Run cmake/install-deps.sh' ;;
  fetched)
    configure -DCOINFER_FETCH_DEPENDENCIES=ON -DCOINFER_JSON_URL="file://$archive" -DCOINFER_JSON_SHA256="$hash"
    cmake --build "$scratch/build" --target coinfer_inspect >>"$scratch/log"
    # What was compiled came from the archive.
    grep -q "_deps/coinfer_json-src/include" "$scratch/build/build.ninja" ;;
  wrong_hash) must_refuse 'does not match expected value' -DCOINFER_FETCH_DEPENDENCIES=ON -DCOINFER_JSON_URL="file://$archive" ;;
esac
