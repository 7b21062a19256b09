// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
void* volatile keep;
int main() {
  keep = std::malloc(1);
  return 0;
}
