#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a compiler or linker that must fail with one readable sentence.
#   must_fail.sh <most lines of output> <sentence> <command>...
lines=$1
sentence=$2
shift 2
if output=$("$@" 2>&1); then
  echo "must_fail.sh: this succeeded: $*"
  exit 1
fi
printf '%s\n' "$output"
if ! printf '%s' "$output" | grep -qF "$sentence"; then
  echo "must_fail.sh: the output does not say '$sentence'"
  exit 1
fi
count=$(printf '%s\n' "$output" | wc -l)
if [ "$count" -gt "$lines" ]; then
  echo "must_fail.sh: $count lines of output; at most $lines are readable"
  exit 1
fi
