// SPDX-License-Identifier: Apache-2.0
extern volatile int source;
volatile int source;
int copied_at_start = source;
int main() { return copied_at_start; }
