#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a firmware image in QEMU and prints the instructions of its measured parts, counted exactly.

An image marks a part with board::measure(name, macs, work) (tests/firmware/board/measure.hpp). Any image will do that has
a function measurement_mark() and prints the line "measured <name> <macs>" by semihosting before each pair of calls of it.

  profile.py --core cortex-m4 IMAGE                      table of the parts
  profile.py --core cortex-m4 IMAGE --classes            and what kinds of instructions they are
  profile.py --core cortex-m4 IMAGE --functions 5        and the 5 functions that cost most, per part
  profile.py --core cortex-m4 IMAGE --listing conv_2d    and the disassembly of functions so named, with counts
  profile.py --core cortex-m4 IMAGE --part 03.CONV_2D    only parts with such names
  profile.py --core cortex-m4 IMAGE --json               all of it for programs

The cycles are an estimate (timings.py says what it leaves out).
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

from timings import TIMINGS, class_of

MACHINES = {"cortex-m0": "mps2-an385", "cortex-m3": "mps2-an385", "cortex-m4": "mps2-an386", "cortex-m7": "mps2-an500",
            "cortex-m33": "mps2-an505", "cortex-m55": "mps3-an547"}
MARK = "measurement_mark"

Instruction = collections.namedtuple("Instruction", "function mnemonic operands previous")
Part = collections.namedtuple("Part", "name macs counts")  # counts: address -> [executed, jumped]


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def build_plugin(directory):
    """The counting plugin, compiled by the build machine's C compiler."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instruction_counts.c")
    plugin = os.path.join(directory, "instruction_counts.so")
    subprocess.run([os.environ.get("HOSTCC", "cc"), "-O2", "-fPIC", "-shared", "-o", plugin, source], check=True)
    return plugin


def address_of(image, symbol):
    for line in output_of("arm-none-eabi-nm", image).splitlines():
        address, _, name = line.split(maxsplit=2) if line[0] != " " else ("", "", "")
        if name == symbol:
            return int(address, 16) & ~1
    sys.exit(f"profile.py: {image} has no function {symbol}: it measures nothing")


def disassemble(image, core):
    """Instructions of the image by address."""
    architecture = ["-marmv8.1-m.main"] if core == "cortex-m55" else []
    instructions = {}
    function = previous = None
    for line in output_of("arm-none-eabi-objdump", "-d", "-C", "--no-show-raw-insn", *architecture, image).splitlines():
        head = re.match(r"[0-9a-f]+ <(.*)>:$", line)
        if head:
            function, previous = head.group(1), None
            continue
        found = re.match(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)$", line)
        if found and not found.group(2).startswith("."):
            operands = found.group(3).split(";")[0].split("@")[0].strip()
            instructions[int(found.group(1), 16)] = Instruction(function, found.group(2), operands, previous)
            previous = found.group(2)
    return instructions


def run(image, core):
    """Text that the image printed, its exit status, and the counts of its measured parts."""
    with tempfile.TemporaryDirectory() as directory:
        counts = os.path.join(directory, "counts")
        done = subprocess.run(
            ["qemu-system-arm", "-M", MACHINES[core], "-nographic", "-monitor", "none", "-serial", "none", "-nic", "none",
             "-semihosting-config", "enable=on,target=native",
             "-plugin", f"{build_plugin(directory)},mark={address_of(image, MARK):#x},out={counts}", "-kernel", image],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        sections = []
        with open(counts, encoding="ascii") as file:
            for line in file:
                if line.startswith("section"):
                    sections.append(collections.defaultdict(lambda: [0, 0]))
                    continue
                address, executed, jumped = line.split()
                total = sections[-1][int(address, 16)]
                total[0] += int(executed)
                total[1] += int(jumped)
    names = re.findall(r"^measured (\S+) (\d+)$", done.stdout, re.MULTILINE)
    if len(sections) != 2 * len(names) + 1:
        print(done.stdout, end="", file=sys.stderr)
        sys.exit(f"profile.py: {image} stopped within a measured part (exit status {done.returncode})")
    parts = [Part(name, int(macs), sections[2 * i + 1]) for i, (name, macs) in enumerate(names)]
    return done.stdout, done.returncode, parts


def instruction_count(part):
    return sum(executed for executed, _ in part.counts.values())


def cycle_estimate(part, instructions, core):
    """Cycles by the core's published timings; None where there are none."""
    if core not in TIMINGS:
        return None
    timing = TIMINGS[core]
    return sum(executed * timing.cycles(i.mnemonic, i.operands, i.previous) + jumped * timing.jump_cycles(i.mnemonic)
               for i, executed, jumped in ((instructions[a], *c) for a, c in part.counts.items()))


def by(key, part, instructions):
    """Instructions of a part summed by key(instruction), most frequent first."""
    sums = collections.Counter()
    for address, (executed, _) in part.counts.items():
        sums[key(instructions[address])] += executed
    return dict(sums.most_common())


def summary(part, instructions, core):
    return {"name": part.name, "macs": part.macs, "instructions": instruction_count(part),
            "cycle_estimate": cycle_estimate(part, instructions, core),
            "classes": by(lambda i: class_of(i.mnemonic), part, instructions),
            "functions": by(lambda i: i.function, part, instructions)}


def print_listing(pattern, parts, instructions):
    counts = collections.Counter()
    for part in parts:
        for address, (executed, _) in part.counts.items():
            counts[address] += executed
    shown = {instructions[a].function for a in counts if pattern in instructions[a].function}
    for address in sorted(a for a, i in instructions.items() if i.function in shown):
        i = instructions[address]
        if i.previous is None:
            print(f"\n{i.function}:")
        print(f"{counts[address]:12,} {address:8x}  {i.mnemonic:10} {i.operands}")


def print_table(summaries, options):
    width = max(len(s["name"]) for s in summaries)
    print(f"{'part':{width}} {'instructions':>14} {'MACs':>12} {'per MAC':>8} {'cycles, est.':>14}")
    for s in summaries:
        per_mac = f"{s['instructions'] / s['macs']:8.3f}" if s["macs"] else " " * 8
        cycles = f"{s['cycle_estimate']:14,}" if s["cycle_estimate"] is not None else f"{'-':>14}"
        print(f"{s['name']:{width}} {s['instructions']:14,} {s['macs']:12,} {per_mac} {cycles}")
        divisor, unit = (s["macs"], "per MAC") if s["macs"] else (s["instructions"], "of all")
        if options.classes:
            print("    " + ", ".join(f"{name} {n / divisor:.3f}" for name, n in s["classes"].items()) + f" ({unit})")
        for name, n in list(s["functions"].items())[:options.functions]:
            print(f"    {n:14,} {name[:150]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image")
    parser.add_argument("--core", required=True, choices=sorted(MACHINES))
    parser.add_argument("--part", default="", help="parts whose name contains this")
    parser.add_argument("--classes", action="store_true")
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    parser.add_argument("--listing", metavar="FUNCTION")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    text, status, parts = run(options.image, options.core)
    instructions = disassemble(options.image, options.core)
    parts = [part for part in parts if options.part in part.name]
    summaries = [summary(part, instructions, options.core) for part in parts]
    if options.json:
        json.dump({"core": options.core, "exit_status": status, "output": text, "parts": summaries}, sys.stdout, indent=1)
        print()
    else:
        print("\n".join(line for line in text.splitlines() if not line.startswith(("measured ", "qemu-system-arm: warning"))))
        if summaries:
            print_table(summaries, options)
        if options.listing:
            print_listing(options.listing, parts, instructions)
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
