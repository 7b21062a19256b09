#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""known_counts_test.py CORE IMAGE: what profile.py counts in an image whose instructions are known."""
import sys

from profile import class_of, cycle_estimate, disassemble, instruction_count, run


def check(what, found, expected):
    if found != expected:
        sys.exit(f"known_counts_test.py: {what}: found {found}, expected {expected}")


def main():
    core, image = sys.argv[1:]
    _, status, parts = run(image, core)
    instructions = disassemble(image, core)
    parts = {part.name: part for part in parts}
    check("exit status", status, 0)
    check("parts", list(parts), ["nothing", "count_down_1", "count_down_1000", "transfer_1", "transfer_1000"])

    def difference(of, name):
        return of(parts[f"{name}_1000"]) - of(parts[f"{name}_1"])

    # 999 more turns of 3 and of 6 instructions; the calls around them are the same.
    check("instructions of count_down", difference(instruction_count, "count_down"), 999 * 3)
    check("instructions of transfer", difference(instruction_count, "transfer"), 999 * 6)

    # A turn costs nop 1, subs 1, bne 1 and the jump; ldm and stm of two words 3 each.
    jump = {"cortex-m0": 2, "cortex-m3": 2, "cortex-m4": 2, "cortex-m55": 2}
    words = {"cortex-m0": 3, "cortex-m3": 3, "cortex-m4": 3, "cortex-m55": 1}
    if core in jump:
        def cycles(part):
            return cycle_estimate(part, instructions, core)
        check("cycles of count_down", difference(cycles, "count_down"), 999 * (3 + jump[core]))
        check("cycles of transfer", difference(cycles, "transfer"), 999 * (2 * words[core] + 4 + jump[core]))

    for mnemonic, kind in (("ldr.w", "load"), ("ldmia", "load"), ("pop", "load"), ("strb", "store"), ("push", "store"),
                           ("bl", "branch"), ("bxeq", "branch"), ("cbnz", "branch"), ("bhi.n", "branch"), ("bic.w", "alu"),
                           ("bfi", "alu"), ("blt.n", "branch"), ("bls.n", "branch"), ("lsls", "alu"), ("ssat", "alu"),
                           ("smlad", "mac"), ("smlabb", "mac"), ("smlatt", "mac"), ("smmulr", "multiply"), ("mla", "multiply"),
                           ("smull", "multiply"), ("sxtb16", "widen"), ("sxtb", "alu"), ("pkhbt", "widen"), ("le", "loop"),
                           ("letp", "loop"), ("dlstp.8", "loop"), ("vmladava.s8", "v.mac"), ("vmlava.s8", "v.mac"),
                           ("vldrb.8", "v.load"), ("vldmia", "v.load"), ("vstrb.8", "v.store"), ("vqrdmulh.s32", "v.alu"),
                           ("smlal", "multiply"), ("smlald", "mac"), ("adds", "alu"), ("usat", "alu")):
        check(f"class of {mnemonic}", class_of(mnemonic), kind)


if __name__ == "__main__":
    main()
