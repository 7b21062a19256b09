/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* A plugin of the emulator QEMU (GPL-2.0, hence the second licence; never part of what coinfer ships): counts the
   instructions that a firmware image executes, by address, exactly.

     qemu-system-arm ... -plugin instruction_counts.so,mark=<address>,out=<file>

   Each entry into the function at `mark` ends one section and starts the next; the end of the program ends the last.
   The file has, per section, a line "section" and lines "<address, hexadecimal> <times executed> <times left by a jump>".
   An instruction of an IT block or VPT block counts whether its condition holds or not, as on silicon; one that transfers
   several registers counts once. What is declared here is version 1 of the plugin interface (QEMU 4.2 and later). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { callback_reads_no_registers = 0 };
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*)(uint64_t id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned cpu, void *), int flags, void *);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*)(uint64_t id, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);

/* A straight run of instructions, as the emulator translates and executes it: only its last one may jump. */
struct run {
  struct run *next;
  uint64_t executed, jumps;
  uint64_t end; /* address after the last instruction */
  size_t count;
  uint64_t address[];
};

static struct run *runs, *previous;
static uint64_t mark;
static FILE *out;

static void write_section(void) {
  fputs("section\n", out);
  for (struct run *r = runs; r; r = r->next) {
    if (!r->executed) continue;
    for (size_t i = 0; i < r->count; ++i) {
      fprintf(out, "%" PRIx64 " %" PRIu64 " %" PRIu64 "\n", r->address[i], r->executed, i + 1 == r->count ? r->jumps : 0);
    }
    r->executed = r->jumps = 0;
  }
}

static void on_execution(unsigned cpu, void *data) {
  struct run *r = data;
  (void)cpu;
  if (previous && previous->end != r->address[0]) ++previous->jumps;
  previous = r;
  if (r->address[0] == mark) write_section();
  ++r->executed;
}

static void on_translation(uint64_t id, struct qemu_plugin_tb *tb) {
  const size_t count = qemu_plugin_tb_n_insns(tb);
  struct run *r = malloc(sizeof *r + count * sizeof r->address[0]);
  (void)id;
  if (!r || !count) abort();
  *r = (struct run){.next = runs, .count = count};
  for (size_t i = 0; i < count; ++i) {
    const struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(tb, i);
    r->address[i] = qemu_plugin_insn_vaddr(instruction);
    r->end = r->address[i] + qemu_plugin_insn_size(instruction);
  }
  runs = r;
  qemu_plugin_register_vcpu_tb_exec_cb(tb, on_execution, callback_reads_no_registers, r);
}

static void on_exit_of_program(uint64_t id, void *data) {
  (void)id, (void)data;
  write_section();
  if (fclose(out) != 0) abort();
}

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; ++i) {
    if (!strncmp(argv[i], "mark=", 5)) mark = strtoull(argv[i] + 5, NULL, 0);
    if (!strncmp(argv[i], "out=", 4)) out = fopen(argv[i] + 4, "w");
  }
  if (!mark || !out) return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_of_program, NULL);
  return 0;
}
