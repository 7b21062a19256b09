#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks the libraries of another architecture into build/sysroot/<architecture> for a cross build.
#   cmake/cross-sysroot.sh arm64|armhf [directory]
set -eu
architecture=${1:?usage: cmake/cross-sysroot.sh arm64|armhf [directory]}
here=$(cd "$(dirname "$0")" && pwd)
target=${2:-$here/../build/sysroot/$architecture}
[ ! -f "$target/.complete" ] || exit 0

# The libraries of the host group; tools (flatc, compilers) run on the build machine and are not wanted here.
libraries=$("$here/install-deps.sh" --list host test | tr ' ' '\n' | grep -E '^lib.*-dev$|^nlohmann' | grep -v clang |
  paste -sd,)
rm -rf "$target"
mkdir -p "$(dirname "$target")"
echo "cross-sysroot.sh: unpacking libraries for $architecture into $target"
"$here/apt-sources.sh" | mmdebstrap --quiet --variant=extract --architectures="$architecture" --include="$libraries" \
  --skip=check/qemu - "$target" -

# The cross compiler brings its own C and C++ libraries and headers; second copies would get in their way.
case "$architecture" in arm64) triplet=aarch64-linux-gnu ;; armhf) triplet=arm-linux-gnueabihf ;; esac
(cd "/usr/$triplet/include" && find . ! -type d) | (cd "$target/usr/include" && xargs rm -f)
for directory in "$target/lib/$triplet" "$target/usr/lib/$triplet"; do
  (cd "/usr/$triplet/lib" && find . ! -type d) | (cd "$directory" && xargs rm -f)
done
touch "$target/.complete"
