#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds everything and runs all tests; the last line says how many passed, failed and were
# skipped. Well under half an hour on two cores, much less the second time.
#   tests/run.sh [host] [sanitize] [firmware] [cross] [clang] [asan]      (default: the first four)
# COINFER_FULL=1 tests every model everywhere, thoroughly, and fuzzes for long: hours; tests/full.sh does it in steps.
# COINFER_WITHOUT_ORACLE=1 leaves out the comparison with other runtimes, which comes from PyPI (tests/oracle/run.sh),
# COINFER_WITHOUT_BROWSER=1 the report in a browser, which is skipped where none is installed.
set -u
cd "$(dirname "$0")/.." || exit 1
[ $# -gt 0 ] || set -- host sanitize firmware cross
jobs=$(nproc)
passed=0
failed=0
skipped=0
failures=

# count <report of ctest>: a case that skipped itself counts as skipped, the program around it as passed.
count() {
  suite=$(grep -m1 -A8 '<testsuite ' "$1" | tr '\n\t' '  ')
  number() { printf '%s' "$suite" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
  cases=$(grep -cE '\[  SKIPPED \] .* ms\)$' "$1")
  [ "$cases" -ge "$(number skipped)" ] || cases=$(number skipped)
  passed=$((passed + $(number tests) - $(number failures) - $(number skipped) - $(number disabled)))
  skipped=$((skipped + cases + $(number disabled)))
  failed=$((failed + $(number failures)))
}

# run_preset <preset> [cmake options]: what does not build counts as one failure, and the others still run. $only names
# the tests to build and run (empty: all), $except those that cannot run here.
only=
except="none${COINFER_WITHOUT_ORACLE:+|oracle}${COINFER_WITHOUT_BROWSER:+|report_browser}"
run_preset() {
  preset=$1
  shift
  pattern=$(echo $only | tr ' ' '|')
  echo "==== $preset: configure and build"
  if ! cmake --preset "$preset" "$@" >"build/$preset.log" 2>&1 ||
    ! cmake --build "build/$preset" -j "$jobs" ${only:+--target $only} >>"build/$preset.log" 2>&1; then
    grep -E 'error|Error|FAILED' -A3 "build/$preset.log" | head -40
    echo "run.sh: $preset does not build; see build/$preset.log" >&2
    failed=$((failed + 1))
    failures="$failures $preset(build)"
    return
  fi
  report=$PWD/build/$preset/tests.xml
  rm -f "$report"
  ctest --test-dir "build/$preset" -j "$jobs" -R "^($pattern)${only:+\$}" -E "^($except)" --output-on-failure --no-tests=error \
    --output-junit "$report" --test-output-size-passed 1000000 ||
    failures="$failures $preset"
  if [ -f "$report" ]; then count "$report"; else failed=$((failed + 1)); fi
}

groups='host test'
for part in "$@"; do
  case $part in
    host | sanitize | clang | asan) ;;
    firmware | cross) groups="$groups $part" ;;
    *) echo "run.sh: unknown part '$part' (host, sanitize, firmware, cross, clang, asan)" >&2; exit 2 ;;
  esac
done
if [ -n "${COINFER_FULL-}" ] && [ -z "${COINFER_WITHOUT_BROWSER-}" ]; then groups="$groups browser"; fi
sh cmake/install-deps.sh $groups || exit 1
mkdir -p build
if [ -n "${COINFER_FULL-}" ] && [ -z "${COINFER_WITHOUT_ORACLE-}" ]; then sh tests/oracle/run.sh --install || exit 1; fi

# The models that stand for all where a test run is slow: convolutions, depthwise, residual, fully connected.
few='mlperf_kws_dscnn;mlperf_ad_fc;mlperf_ic_resnet8;tflm_hello_world'
fuzz_seconds=10
if [ -n "${COINFER_FULL-}" ]; then
  few=
  fuzz_seconds=600
fi
for part in "$@"; do
  case "${COINFER_FULL:+full} $part" in
    'full host' | 'full firmware' | 'full cross') export COINFER_RANDOM_CASES=10000 ;;
    full*) unset COINFER_RANDOM_CASES ;;
  esac
  case $part in
    host) run_preset host -D "COINFER_TEST_SINGLE_MODELS=$few" ;;
    sanitize)
      # What reads bytes from outside, and every kernel.
      [ -n "${COINFER_FULL-}" ] || only="coinfer_program frame_fuzz message_fuzz importer_fuzz connection_fuzz kernels_unit
        unit_graph unit_commands unit_plan session_test session_fault_test session_tls_test edge_server edge_connection wire_test
        tls_test serve_process device_road_signs_tensorflow golden_layers xnnpack_stage"
      run_preset fuzz -D "COINFER_TEST_MODELS=$few" -D COINFER_FUZZ_SECONDS=$fuzz_seconds
      only= ;;
    clang) run_preset host-clang ;;
    asan) run_preset host-asan -D "COINFER_TEST_MODELS=$few" ;;
    *)
      # Cross builds import models with the host's program.
      cmake --preset host >build/host.log 2>&1 && cmake --build build/host -j "$jobs" --target coinfer_program >>build/host.log
      if [ "$part" = firmware ]; then
        for core in m0 m3 m4 m7 m33 m55; do run_preset cortex-$core; done
        run_preset rv32
      else
        # What depends on the processor: kernels, stages, XNNPACK, byte order and word size of the formats.
        [ -n "${COINFER_FULL-}" ] || only="kernels_unit unit_graph topology wire_test golden_layers xnnpack_stage xnnpack_operator device_road_signs_tensorflow
          device_functions device_functions_xnnpack device_selections
          device_mlperf_kws_dscnn_double device_mlperf_kws_dscnn_xnnpack device_mlperf_ic_resnet8_single"
        sh cmake/cross-sysroot.sh arm64
        run_preset aarch64 -D "COINFER_TEST_MODELS=$few"
        # The kernels that 64-bit Arm does not have, and the other size of a word.
        [ -n "${COINFER_FULL-}" ] || only="kernels_unit unit_graph topology wire_test golden_layers device_functions
          device_selections device_mlperf_kws_dscnn_double"
        sh cmake/cross-sysroot.sh armhf
        run_preset armhf -D "COINFER_TEST_MODELS=$few"
        only=
      fi ;;
  esac
done

[ -z "$failures" ] || echo "run.sh: failures in:$failures" >&2
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ -z "$failures" ]
