// SPDX-License-Identifier: Apache-2.0
// A loop that GCC for Armv8.1-M miscompiles at -Os: it computes the flags of `bytes > 1` once for the loop
// and for what comes behind it, and then counts the loop with an instruction that changes them. Enclosed as
// the code of all headers is, it must be right, and so must an instance made outside. The exit status is the
// number of wrong sums.
#include "board/semihosting.hpp"
#include "coinfer/compiler.hpp"

COINFER_CODE_BEGIN
namespace {

// The sum of the 16-bit words, and of the byte that is left.
template <class Word>
[[gnu::noipa]] int sum(const Word* words, int bytes) {
  int total = 0;
  while (bytes > 1) {
    total += *words++;
    bytes -= 2;
  }
  if (bytes > 0) total += *reinterpret_cast<const unsigned char*>(words);
  return total;
}

}  // namespace
COINFER_CODE_END

int main() {
  static const unsigned short words[] = {1, 20, 300, 4000};
  const int expected[] = {0, 1, 1, 21, 21, 65, 321, 481};
  int wrong = 0;
  for (int bytes = 0; bytes < 8; ++bytes) wrong += sum(words, bytes) != expected[bytes] ? 1 : 0;
  board::print(wrong == 0 ? "all sums right\n" : "sums WRONG\n");
  return wrong;
}
