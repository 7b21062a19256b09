#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the sizes of firmware images and checks what device code promises about them.

usage: size_report.py [--prefix arm-none-eabi-] IMAGE.elf...
"""
import argparse
import os
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(prefix, image):
    rows = [line.split() for line in output_of(prefix + "size", "-A", image).splitlines()]
    return {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[0].startswith(".")}


def weight_bytes(prefix, image):
    rows = [line.split() for line in output_of(prefix + "nm", "-S", "-C", image).splitlines()]
    return sum(int(row[1], 16) for row in rows if len(row) >= 4 and "::weights::" in row[3])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefix", default="arm-none-eabi-")
    parser.add_argument("images", nargs="+")
    arguments = parser.parse_args()

    failures = []
    print(f"{'image':52} {'code B':>8} {'weights B':>10} {'RAM B':>8}")
    for image in arguments.images:
        name = os.path.splitext(os.path.basename(image))[0]
        size = sections(arguments.prefix, image)
        weights = weight_bytes(arguments.prefix, image)
        code = size.get(".text", 0) + size.get(".ARM.exidx", 0) - weights
        print(f"{name:52} {code:8} {weights:10} {size.get('.bss', 0):8}")
        for section in (".data", ".init_array"):
            if size.get(section, 0) != 0:
                failures.append(f"{name}: {section} has {size[section]} bytes")
    for failure in failures:
        print(f"size_report.py: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
