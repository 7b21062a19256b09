#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What figures.py says about figures that moved, and about code that is too large."""
import sys

from figures import BASELINE, code_complaints, complaints

RECORDED = {"instructions": 1000, "ram_bytes": 1000, "flash_bytes": 1000}


def check(changes, expected):
    found = {"core": "core", "model": "model", "kernels": "Kernels", **RECORDED, **changes}
    said = complaints(found, RECORDED)
    if said != [f"core model Kernels: {sentence}" for sentence in expected]:
        sys.exit(f"figures_test.py: {changes}: said {said}, expected {expected}")


check({}, [])
check({"instructions": 1020, "ram_bytes": 980}, [])
check({"instructions": 1021}, ["instructions 1,021 is 2.1% worse than recorded"])
check({"flash_bytes": 979}, ["flash_bytes 979 is 2.1% better than recorded"])
check({"instructions": 2000, "ram_bytes": 3000},
      ["instructions 2,000 is 100.0% worse than recorded", "ram_bytes 3,000 is 200.0% worse than recorded"])
if len(complaints({"core": "c", "model": "m", "kernels": "K", **RECORDED}, None)) != 1:
    sys.exit("figures_test.py: a model without recorded figures passed")

OTHERS = [{"core": "c", "model": "m", "name": BASELINE, "flash_bytes": 1000},
          {"core": "c", "model": "m", "name": "another runtime", "flash_bytes": 10},
          {"core": "c", "model": "unknown code", "name": BASELINE}]
for model, kernels, flash, expected in (("m", "CortexMSmall", 400, 0), ("m", "CortexMSmall", 401, 1), ("m", "CortexM", 750, 0),
                                        ("m", "CortexM", 751, 1), ("m", "Portable", 2000, 0), ("other", "CortexM", 2000, 0),
                                        ("unknown code", "CortexM", 2000, 0)):
    said = code_complaints({"core": "c", "model": model, "kernels": kernels, "flash_bytes": flash}, OTHERS)
    if len(said) != expected:
        sys.exit(f"figures_test.py: {kernels} with {flash} bytes of code for {model}: said {said}")
