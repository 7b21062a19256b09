#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what coinfer needs from the packages of Debian 12/13 or Ubuntu 24.04 and later; does nothing when all is there.
#   cmake/install-deps.sh [--list] [host] [test] [cross] [firmware] [browser] [debian13]      (default: host)
set -eu

packages_of() {
  case "$1" in
    host)
      echo g++ cmake ninja-build libxnnpack-dev libpthreadpool-dev libcpuinfo-dev libmbedtls-dev libnanopb-dev \
        libflatbuffers-dev flatbuffers-compiler libcli11-dev nlohmann-json3-dev libasio-dev libspdlog-dev \
        libpng-dev libjpeg-dev ;;
    test) echo libgtest-dev libbenchmark-dev clang libclang-rt-dev ccache git openssl python3 gnuplot-nox ;;
    cross) echo g++-aarch64-linux-gnu g++-arm-linux-gnueabihf qemu-user qemu-user-static mmdebstrap ;;
    firmware)
      echo gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib qemu-system-arm \
        gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc ;;
    browser) echo chromium-headless-shell ;;  # 100 MB; Debian alone has it as a package
    debian13) echo mmdebstrap ;;
    *) echo "install-deps.sh: unknown group '$1' (host, test, cross, firmware, browser, debian13)" >&2; exit 2 ;;
  esac
}

list_only=no
if [ "${1-}" = --list ]; then list_only=yes; shift; fi
[ $# -gt 0 ] || set -- host

wanted=
for group in "$@"; do
  group_packages=$(packages_of "$group")
  wanted="$wanted $group_packages"
done
if [ $list_only = yes ]; then echo $wanted; exit 0; fi

if ! command -v dpkg-query >/dev/null; then
  echo "install-deps.sh: this is not a Debian-like system; install the equivalents of:$wanted" >&2
  exit 1
fi

missing() {
  for package in $wanted; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

run_as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

packages=$(missing)
if [ -n "$packages" ]; then
  echo "install-deps.sh: installing" $packages
  run_as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  run_as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends install $packages
fi
echo "install-deps.sh: all packages of '$*' are installed"
