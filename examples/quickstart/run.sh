#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job, shown: builds everything, starts an edge peer, and runs a device program whose network is cut at every
# point; then kills the edge peer in mid-run and starts it again. Needs Debian or Ubuntu; installs what is missing.
#
#   sh examples/quickstart/run.sh                 with the pictures of the repository
#   sh examples/quickstart/run.sh my_sign.jpg     with a picture of your own
#
# COINFER_BUILD=<folder> takes the programs that are built there, and neither installs nor builds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
model=$root/examples/models/road_signs
build=${COINFER_BUILD:-$root/build/host}
bottleneck=11  # see the table: after it, 512 bytes cross instead of the 12288 of the picture

step() { printf '\n== %s\n' "$*"; }

if [ -z "${COINFER_BUILD-}" ]; then
  step "1/5 packages"
  sh "$root/cmake/install-deps.sh" host

  step "2/5 build (a few minutes the first time)"
  (cd "$root" && cmake --preset host -DCOINFER_BUILD_TESTS=OFF >/dev/null)
  cmake --build "$build" --target coinfer_program quickstart_device
fi

work=$(mktemp -d)
edge=
stop() {
  if [ -n "$edge" ]; then kill "$edge" 2>/dev/null || true; wait "$edge" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Starts an edge peer on port $1 (0: a free one) and waits until it listens; its port is then in $port.
start_edge() {
  "$build/coinfer" serve --model "$model/road_signs.tflite" --exits '0;1;2' --listen "127.0.0.1:$1" \
    --cert "$work/certs/edge.pem" --key "$work/certs/edge.key.pem" --client-ca "$work/certs/ca.pem" \
    >"$work/edge.out" 2>"$work/edge.err" &
  edge=$!
  waited=0
  until port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$work/edge.out") && [ -n "$port" ]; do
    waited=$((waited + 1))
    if [ $waited -gt 100 ] || ! kill -0 "$edge" 2>/dev/null; then
      cat "$work/edge.err" >&2
      exit 1
    fi
    sleep 0.1
  done
}

step "3/5 test certificates, edge peer"
"$build/coinfer" certs -o "$work/certs"
start_edge 0
echo "edge peer: process $edge, 127.0.0.1:$port, mutual TLS, XNNPACK"

if [ $# -eq 0 ]; then
  pictures=$(ls "$model"/images/*.png)
else
  pictures=$(for picture in "$@"; do printf '%s\n' "$picture"; done)
fi
# Names may hold spaces: one per line.
IFS='
'
set -f

step "4/5 one picture, cut at every point"
"$build/examples/quickstart/quickstart_device" --port "$port" --credentials "$work/certs" --labels "$model/labels.txt" \
  $(printf '%s\n' $pictures | head -n 1)

step "5/5 the edge peer is killed in mid-run, and comes back"
: >"$work/stream"  # read below, perhaps before the device program has begun
"$build/examples/quickstart/quickstart_device" --port "$port" --credentials "$work/certs" --labels "$model/labels.txt" \
  --stream 60 --split "$bottleneck" $pictures >"$work/stream" &
device=$!
shown=0
# Follows the device program's lines; acts on the edge peer at the 20th and the 40th picture.
while :; do
  lines=$(wc -l <"$work/stream")
  while [ "$shown" -lt "$lines" ]; do
    shown=$((shown + 1))
    sed -n "${shown}p" "$work/stream"
    case $(sed -n "${shown}p" "$work/stream") in
      ' 19 '*) kill -9 "$edge"; wait "$edge" 2>/dev/null || true; edge=; echo "     --- edge peer killed" ;;
      ' 39 '*) start_edge "$port"; echo "     --- edge peer started again" ;;
    esac
  done
  if ! kill -0 "$device" 2>/dev/null && [ "$(wc -l <"$work/stream")" -le "$shown" ]; then break; fi
  sleep 0.05
done
wait "$device"
