// SPDX-License-Identifier: Apache-2.0
int* volatile keep;
int main() {
  keep = new int(1);
  return 0;
}
