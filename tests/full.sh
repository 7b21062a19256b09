#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Everything, thoroughly: all models on every target, Debian 12's and 13's libraries, both compilers, long fuzzing. Hours.
# It may be stopped and started again: a step that passed is not repeated until a source file changes. A skipped test is
# a failure here.
#   tests/full.sh
set -u
cd "$(dirname "$0")/.." || exit 1
export COINFER_FULL=1
stamps=build/full
mkdir -p "$stamps"
state=$(git ls-files -z --cached --others --exclude-standard | xargs -0 cat 2>/dev/null | sha256sum | cut -c1-16)
failed=

step() {
  name=$1
  shift
  if [ -f "$stamps/$name.$state" ]; then
    echo "full.sh: $name passed before"
    return
  fi
  echo "full.sh: $name (log: $stamps/$name.log)"
  rm -f "$stamps/$name".[0-9a-f]*
  "$@" >"$stamps/$name.log" 2>&1
  result=$?
  tail -1 "$stamps/$name.log"
  if [ $result -eq 0 ] && grep -q ' 0 failed, 0 skipped$' "$stamps/$name.log"; then
    touch "$stamps/$name.$state"
  else
    failed="$failed $name"
  fi
}

for part in host clang firmware cross sanitize; do step $part sh tests/run.sh $part; done
step debian13 sh tests/debian13.sh host clang

if [ -n "$failed" ]; then echo "full.sh: not passed:$failed" >&2; exit 1; fi
echo "full.sh: all steps passed"
