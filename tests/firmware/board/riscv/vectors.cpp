// SPDX-License-Identifier: Apache-2.0
// The processor's first instructions, at the beginning of the flash. No interrupt is enabled.
asm(".section .vectors, \"ax\"\n"
    ".option arch, +zicsr\n"
    "la sp, stack_top\n"
    "la t0, fault\n"
    "csrw mtvec, t0\n"
    "j Reset_Handler\n");
