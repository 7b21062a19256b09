// SPDX-License-Identifier: Apache-2.0
extern int initialized;
int initialized = 7;
int main() { return initialized++; }
