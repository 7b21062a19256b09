#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The quickstart to its end: every picture is answered, by the edge peer before it is killed, on the device while it is
# gone, and by the edge peer again after it came back.
#   tests/readme/quickstart.sh <run.sh>
set -u
output=$(sh "$1")
result=$?
printf '%s\n' "$output"

# expect <what> <count of lines with it> <first line> <last line>: at least that many between the two lines.
expect() {
  found=$(printf '%s\n' "$output" | sed -n "/$3/,/$4/p" | grep -c "$1")
  [ "$found" -ge "$2" ] || { echo "quickstart.sh: $found lines say '$1' between '$3' and '$4', not $2" >&2; result=1; }
}
expect 'ms  edge' 5 '== 5.5' 'edge peer killed'
expect 'ms  device (link down)' 1 'edge peer killed' 'started again'
expect 'ms  edge' 1 'started again' '^60 pictures'
expect '60 pictures: .* 0 lost$' 1 '^60 pictures' '^60 pictures'
exit $result
