#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bootstraps a Debian 13 root beside this system and runs the host tests in it: XNNPACK of 2024-11, Mbed TLS 3.6, newer
# compilers. The packages come from the archive that this machine uses itself.
#   tests/debian13.sh [part of tests/run.sh]...       (default: host)
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
root=$source/build/debian13/root
if [ "$(id -u)" != 0 ]; then echo "debian13.sh: needs root, to change into the new system" >&2; exit 1; fi
[ $# -gt 0 ] || set -- host

if [ ! -f "$root/.complete" ]; then
  sh "$source/cmake/install-deps.sh" debian13
  echo "debian13.sh: bootstrapping Debian 13 into $root (a few minutes)"
  rm -rf "$root"
  mkdir -p "$(dirname "$root")"
  packages=$("$source/cmake/install-deps.sh" --list host test | tr ' ' ',')
  "$source/cmake/apt-sources.sh" trixie | mmdebstrap --quiet --variant=apt --include="$packages" trixie "$root" -
  touch "$root/.complete"
fi

# The sources as they are in the work tree, all dated now: an object built meanwhile must not pass for newer. build/ and
# the compiler cache stay in the root for the next run.
mkdir -p "$root/src/coinfer" "$root/src/shared"
cd "$source"
git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- --ignore-failed-read 2>/dev/null |
  tar -x -m -C "$root/src/coinfer"

# A mount namespace of its own, so that nothing stays mounted however this ends.
export root source
exec unshare --mount sh -c '
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  [ ! -d "$source/../shared" ] || mount --bind "$source/../shared" "$root/src/shared"
  exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 COINFER_WITHOUT_ORACLE=1 COINFER_WITHOUT_BROWSER=1 ${COINFER_FULL:+COINFER_FULL="$COINFER_FULL"} \
    sh -c "cd /src/coinfer && git config --global --add safe.directory \"*\" && exec sh tests/run.sh $*"' sh "$@"
