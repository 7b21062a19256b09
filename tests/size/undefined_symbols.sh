#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The undefined symbols of an object file of device code must be block copies, compiler support, or the weights.
#   undefined_symbols.sh <nm> <object>
set -eu
undefined=$("$1" -u "$2" | awk '{print $NF}')
others=$(printf '%s\n' "$undefined" | grep -Ev '^(mem(cpy|set|move|cmp)|__aeabi_[a-z0-9_]+|__gnu_[a-z0-9_]+|_ZN3net7weights.*)$' || true)
[ -z "$others" ] || { echo "undefined_symbols.sh: $2 also needs:" $others >&2; exit 1; }
[ -n "$undefined" ] || { echo "undefined_symbols.sh: $2 has no undefined symbol, not even the weights" >&2; exit 1; }
