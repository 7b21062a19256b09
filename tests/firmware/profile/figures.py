#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures benchmark images of the firmware presets, and compares them with figures.txt or with other runtimes.

  figures.py check CORE LIST [MODEL...]     fails when a figure is more than 2% away from figures.txt, or when the code of a
                                            CortexM set takes more than its part of the other runtime's flash
  figures.py record CORE LIST [MODEL...]    writes figures.txt
  figures.py print CORE LIST [MODEL...]     prints them beside the figures of other runtimes

LIST is the file benchmarks.txt of a build. instructions: of one inference, counted exactly. RAM: sizeof(Device) and the
most stack in use. flash: code and constants of the smallest image that infers, without the weights.
"""
import argparse
import json
import os
import subprocess
import sys

from profile import TIMINGS, disassemble, output_of, run, summary

FIRMWARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIGURES = os.path.join(FIRMWARE, "figures.txt")
RUNTIMES = os.path.join(FIRMWARE, "other_runtimes.json")
TOLERANCE_PERCENT = 2
# Percent of the flash that the same model takes with the baseline.
CODE_LIMITS = {"CortexM": 75, "CortexMSmall": 40}
BASELINE = "TensorFlow Lite Micro + CMSIS-NN"
GATED = ("instructions", "ram_bytes", "flash_bytes")
SKIPPED = 77
HEADER = """\
# SPDX-License-Identifier: Apache-2.0
# What models cost; a change that moves a figure by more than 2% must record it: tests/benchmarks/firmware.sh --record
# Made by arm-none-eabi-gcc {compiler} (another compiler's images are not compared).
# core model kernels instructions ram_bytes flash_bytes
"""


def compiler_version():
    return output_of("arm-none-eabi-gcc", "-dumpfullversion").strip()


def read_figures():
    """Compiler of the recorded figures, and figures by (core, model, kernels)."""
    compiler, figures = None, {}
    with open(FIGURES, encoding="ascii") as file:
        for line in file:
            if line.startswith("# Made by"):
                compiler = line.split()[4]
            if not line.startswith("#"):
                *key, instructions, ram, flash = line.split()
                figures[tuple(key)] = dict(zip(GATED, map(int, (instructions, ram, flash))))
    return compiler, figures


def write_figures(figures):
    with open(FIGURES, "w", encoding="ascii") as file:
        file.write(HEADER.format(compiler=compiler_version()))
        for key in sorted(figures):
            file.write(" ".join([*key, *(str(figures[key][name]) for name in GATED)]) + "\n")


def code_bytes(image):
    """Bytes of flash without the weights, which have a section of their own."""
    sizes = dict(line.split()[:2] for line in output_of("arm-none-eabi-size", "-A", image).splitlines() if line.startswith("."))
    return sum(int(sizes.get(name, 0)) for name in (".text", ".ARM.exidx"))


def measure(core, model, kernels, image, size_image):
    text, status, parts = run(image, core)
    if status != 0:
        sys.exit(f"figures.py: {model} with {kernels} on {core}: the output is wrong\n{text}")
    printed = dict(line.split() for line in text.splitlines() if line.startswith(("device_bytes ", "stack_bytes ")))
    instructions = disassemble(image, core)
    network, *stages = [summary(part, instructions, core) for part in parts]
    device, stack = int(printed["device_bytes"]), int(printed["stack_bytes"])
    return {"core": core, "model": model, "kernels": kernels, "instructions": network["instructions"],
            "cycle_estimate": network["cycle_estimate"], "macs": network["macs"], "ram_bytes": device + stack,
            "device_bytes": device, "stack_bytes": stack, "flash_bytes": code_bytes(size_image),
            "classes": network["classes"], "stages": stages}


def complaints(found, recorded):
    """What is wrong with the measured figures, a sentence each; recorded: None where there are none."""
    name = " ".join((found["core"], found["model"], found["kernels"]))
    if recorded is None:
        return [f"{name}: no figures are recorded"]
    sentences = []
    for figure in GATED:
        change = found[figure] - recorded[figure]
        if abs(change) * 100 > TOLERANCE_PERCENT * recorded[figure]:
            word = "worse" if change > 0 else "better"
            sentences.append(f"{name}: {figure} {found[figure]:,} is {abs(change) / recorded[figure]:.1%} {word} than recorded")
    return sentences


def code_complaints(found, others):
    """The same about code that is too large beside the baseline's, where that is known."""
    limit = CODE_LIMITS.get(found["kernels"])
    sentences = []
    for row in others:
        if limit is None or row["name"] != BASELINE or (row["core"], row["model"]) != (found["core"], found["model"]):
            continue
        if "flash_bytes" in row and found["flash_bytes"] * 100 > limit * row["flash_bytes"]:
            sentences.append(f"{found['core']} {found['model']} {found['kernels']}: flash_bytes {found['flash_bytes']:,} is above "
                             f"{limit}% of the {row['flash_bytes']:,} of {BASELINE}")
    return sentences


def print_model(measured, others):
    """One model on one core: ours, then the others; ratios are to the first of the others."""
    core, model, macs = (measured[0][name] for name in ("core", "model", "macs"))
    others = [row for row in others if row["core"] == core and row["model"] == model]
    ours = [{**row, "name": f"coinfer {row['kernels']}", "cycles": row["cycle_estimate"],
             "note": "cycles estimated" if row["cycle_estimate"] else ""} for row in measured]

    def number(row, name, width):
        return f"{row[name]:{width},}" if row.get(name) is not None else f"{'-':>{width}}"

    def ratio(row, name):
        base = others[0].get(name) if others else None
        return f"{row[name] / base:6.2f}" if row.get(name) is not None and base else f"{'':6}"

    print(f"\n{model} on {core}, {macs:,} MACs\n  {'':33} {'instructions':>13} {'ratio':>6} {'per MAC':>7} {'cycles':>13} "
          f"{'RAM B':>8} {'ratio':>6} {'code B':>7} {'ratio':>6}")
    for row in ours + others:
        per_mac = f"{row['instructions'] / macs:7.3f}" if "instructions" in row else f"{'-':>7}"
        print(f"  {row['name']:33} {number(row, 'instructions', 13)} {ratio(row, 'instructions')} {per_mac} {number(row, 'cycles', 13)} "
              f"{number(row, 'ram_bytes', 8)} {ratio(row, 'ram_bytes')} {number(row, 'flash_bytes', 7)} {ratio(row, 'flash_bytes')}"
              f"  {row['note']}".rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("check", "record", "print"))
    parser.add_argument("core", choices=("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"))
    parser.add_argument("list")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--kernels", help="only this kernel set")
    parser.add_argument("--json", action="store_true", help="print: everything, for programs")
    options = parser.parse_args()

    with open(options.list, encoding="utf-8") as file:
        images = [line.split() for line in file]
    images = [i for i in images if (not options.models or i[0] in options.models) and options.kernels in (None, i[1])]
    if not images:
        sys.exit(f"figures.py: {options.list} has no such image")
    measured = [measure(options.core, *image) for image in images]
    compiler, figures = read_figures()
    with open(RUNTIMES, encoding="utf-8") as file:
        runtimes = json.load(file)

    if options.command == "record":
        for found in measured:
            figures[(found["core"], found["model"], found["kernels"])] = {name: found[name] for name in GATED}
        write_figures(figures)
    elif options.command == "check":
        if compiler != compiler_version():
            print(f"figures.py: skipped: the figures were made by arm-none-eabi-gcc {compiler}")
            return SKIPPED
        wrong = []
        for found in measured:
            print(*(f"{name} {found[name]}" for name in ("core", "model", "kernels", *GATED)))
            wrong += complaints(found, figures.get((found["core"], found["model"], found["kernels"])))
            wrong += code_complaints(found, runtimes["figures"])
        if wrong:
            core = options.core.removeprefix("cortex-")
            models = " ".join(dict.fromkeys(found["model"] for found in measured))
            print("\n".join(wrong), file=sys.stderr)
            sys.exit(f"If that is meant, record it and say why in the commit: sh tests/benchmarks/firmware.sh --record {core} {models}")
    elif options.json:
        json.dump(measured, sys.stdout, indent=1)
        print()
    else:
        for model in dict.fromkeys(found["model"] for found in measured):
            print_model([found for found in measured if found["model"] == model], runtimes["figures"])
        print("\n" + "\n".join(runtimes["notes"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
