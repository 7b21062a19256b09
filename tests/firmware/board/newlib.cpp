// SPDX-License-Identifier: Apache-2.0
// The C library's seams for programs of the test framework: a heap, text output, nothing else.
#include <sys/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "semihosting.hpp"

extern "C" {
extern char heap_begin[], heap_end[];
extern const char test_framework[] = "linked";  // sections.ld looks for it

void _init() {}
void _fini() {}
void* __dso_handle = nullptr;
[[noreturn]] void _exit(int status) { board::exit_with(static_cast<std::uint32_t>(status)); }
int _getpid() { return 1; }
int _gettimeofday(timeval* time, void*) {
  *time = {};
  return 0;
}
[[noreturn]] int _kill(int, int) { _exit(98); }
int _close(int) { return -1; }
int _fstat(int, void*) { return -1; }
int _isatty(int) { return 1; }
int _lseek(int, int, int) { return 0; }
int _read(int, char*, int) { return 0; }
int _open(const char*, int, int) { return -1; }
int _stat(const char*, void*) { return -1; }
int _mkdir(const char*, int) { return -1; }
int _unlink(const char*) { return -1; }
char* getcwd(char*, std::size_t) { return nullptr; }
int mkdir(const char*, unsigned) { return -1; }

void* _sbrk(std::ptrdiff_t bytes) {
  static char* top = heap_begin;
  if (bytes > heap_end - top) return reinterpret_cast<void*>(-1);
  char* const begin = top;
  top += bytes;
  return begin;
}

int _write(int, const char* bytes, int count) {
  char text[65];
  for (int done = 0; done < count;) {
    const std::size_t part = std::min<std::size_t>(sizeof text - 1, static_cast<std::size_t>(count - done));
    std::memcpy(text, bytes + done, part);
    text[part] = '\0';
    board::print(text);
    done += static_cast<int>(part);
  }
  return count;
}
}
