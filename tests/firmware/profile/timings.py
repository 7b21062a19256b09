# SPDX-License-Identifier: Apache-2.0
"""Classes of Arm instructions, and cycles per instruction as the cores' manuals give them: an estimate, since flash wait
states, caches, bus contention and interlocks between instructions are left out.

Sources: Cortex-M0 TRM (DDI 0432) 3.3, Cortex-M3 TRM (DDI 0337) 3.3, Cortex-M4 TRM (100166) 3.3, Cortex-M55 Software
Optimization Guide (102692). Arm publishes no such table for Cortex-M7 and Cortex-M33: there is no estimate for them.
"""
import re

CLASSES = ("alu", "load", "store", "branch", "mac", "multiply", "widen", "loop", "v.load", "v.store", "v.mac", "v.alu")

_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in (
    ("v.mac", r"vr?mla|vmls"),
    ("v.load", r"vld|vpop"),
    ("v.store", r"vst|vpush"),
    ("v.alu", r"v"),
    ("mac", r"sml[as]l?d|smla[bt][bt]|smlaw|smlal[bt][bt]|smu[as]d"),
    ("widen", r"[su]xta?b16|pkh"),
    ("loop", r"(le|letp|dls|dlstp|wls|wlstp|lctp)$"),
    ("multiply", r"[su]mull|[su]mlal|smm|ml[as]|mul|smul|umaal|[su]div"),
    ("load", r"ldr|ldm|pop|ldrex"),
    ("store", r"str|stm|push"),
    ("branch", r"(b|bl|bx|blx|cbn?z|tb[bh]|b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al))$|bx|blx"),
))


def class_of(mnemonic):
    """The class of an instruction; v.* are floating-point and vector instructions."""
    bare = mnemonic.split(".")[0]
    for name, pattern in _PATTERNS:
        if pattern.match(bare):
            return name
    return "alu"


def _registers(operands):
    """Number of registers in a list such as {r4, r5-r7, pc}."""
    found = re.search(r"\{([^}]*)\}", operands)
    count = 0
    for part in found.group(1).split(",") if found else ():
        first, _, last = part.strip().partition("-")
        count += 1
        if last:
            count += int(last[1:]) - int(first[1:])
    return count


def _transfers(mnemonic, operands):
    """Words that a load or store moves; 0 for other instructions."""
    if "{" in operands:
        return _registers(operands)
    return 2 if re.match(r"(ldrd|strd)", mnemonic) else 1


class Scalar:
    """Cortex-M0, M3, M4: one instruction after the other."""

    def __init__(self, store, pipelined, jump, division):
        self.store = store          # cycles of a single store
        self.pipelined = pipelined  # a single load or store right after another one takes 1 cycle
        self.jump = jump            # cycles that a taken branch adds
        self.division = division

    def cycles(self, mnemonic, operands, previous):
        """Cycles of one execution that does not jump. previous: the mnemonic before it in memory, or None."""
        kind = class_of(mnemonic)
        if kind in ("load", "store", "v.load", "v.store"):
            if "{" in operands or re.match(r"(ldrd|strd)", mnemonic):
                return 1 + _transfers(mnemonic, operands)
            if self.pipelined and previous and class_of(previous) in ("load", "store"):
                return 1
            return 2 if kind.endswith("load") else self.store
        if re.match(r"[su]div", mnemonic):
            return self.division
        if re.match(r"vdiv|vsqrt", mnemonic):
            return 14
        if re.match(r"v(fn?m[as]|n?ml[as])", mnemonic):
            return 3
        return 1

    def jump_cycles(self, mnemonic):
        """Cycles that it adds when it jumps."""
        return 0 if class_of(mnemonic) == "loop" else self.jump


class Helium:
    """Cortex-M55: scalars 1 cycle from tightly coupled memory; a vector instruction has four beats, two per cycle, and
    overlaps with a neighbour that uses another unit (load/store, multiply, other), so that such a pair takes 2 cycles."""

    @staticmethod
    def _unit(mnemonic):
        kind = class_of(mnemonic)
        if not kind.startswith("v."):
            return None
        if kind in ("v.load", "v.store"):
            return "memory"
        return "multiply" if kind == "v.mac" or "mul" in mnemonic else "alu"

    def cycles(self, mnemonic, operands, previous):
        unit = self._unit(mnemonic)
        if unit:
            if re.match(r"v(ldr|str|mov|cvt|add|sub|mul|div|cmp|mrs|msr)(\.f32|\.f64|\.32)?$", mnemonic) and "q" not in operands:
                return 1  # of one floating-point register
            before = self._unit(previous) if previous else None
            return 1 if before and before != unit else 2
        kind = class_of(mnemonic)
        if kind == "loop":
            return 0 if mnemonic.startswith("le") else 1
        if kind in ("load", "store"):
            words = _transfers(mnemonic, operands)
            return max(1, (words + 1) // 2)
        return 9 if re.match(r"[su]div", mnemonic) else 1

    def jump_cycles(self, mnemonic):
        return 0 if class_of(mnemonic) == "loop" else 2


TIMINGS = {
    "cortex-m0": Scalar(store=2, pipelined=False, jump=2, division=1),
    "cortex-m3": Scalar(store=1, pipelined=True, jump=2, division=7),
    "cortex-m4": Scalar(store=1, pipelined=True, jump=2, division=7),
    "cortex-m55": Helium(),
}
