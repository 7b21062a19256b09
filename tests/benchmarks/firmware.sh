#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What models cost on a microcontroller, beside other runtimes: builds the images and runs them in QEMU.
#   tests/benchmarks/firmware.sh [--record | --json] [m0|m3|m4|m7|m33|m55]... [model]...      (default: m4 m55, all models)
# --record writes the figures to tests/firmware/figures.txt, which the tests compare with.
set -eu
cd "$(dirname "$0")/../.."
command=print
json=
cores=
models=
for word in "$@"; do
  case $word in
    --record) command=record ;;
    --json) json=--json ;;
    m0 | m3 | m4 | m7 | m33 | m55) cores="$cores $word" ;;
    -*) sed -n 's/^# \{0,1\}//; 3,5p' "$0" >&2; exit 2 ;;
    *) models="$models $word" ;;
  esac
done
mkdir -p build
log=build/benchmarks.log
# quiet <command>: its output only when it fails.
quiet() { "$@" >"$log" 2>&1 || { tail -30 "$log" >&2; exit 1; }; }

quiet cmake --preset host
quiet cmake --build build/host --target coinfer_program
for core in ${cores:-m4 m55}; do
  build=build/cortex-$core
  quiet cmake --preset "cortex-$core"
  targets=benchmarks
  [ -z "$models" ] || targets=$(for model in $models; do echo "benchmark_$model"; done)
  quiet cmake --build "$build" --target $targets
  python3 tests/firmware/profile/figures.py $command "cortex-$core" "$build/tests/firmware/benchmarks.txt" $models $json
done
