// SPDX-License-Identifier: Apache-2.0
// Runs GoogleTest on a board. Words NAME=VALUE of the command line are environment variables, the others are
// GoogleTest's.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "semihosting.hpp"

extern "C" {
extern char data_begin[], data_end[], data_load[];
void __libc_init_array();
}

int main() {
  std::memcpy(data_begin, data_load, static_cast<std::size_t>(data_end - data_begin));
  __libc_init_array();
  static char line[512];
  board::command_line(line, sizeof line);
  std::vector<char*> words;
  for (char* word = std::strtok(line, " "); word != nullptr; word = std::strtok(nullptr, " ")) {
    char* const equals = std::strchr(word, '=');
    if (word[0] == '-' || equals == nullptr) {
      words.push_back(word);
    } else {
      *equals = '\0';
      setenv(word, equals + 1, 1);
    }
  }
  int count = static_cast<int>(words.size());
  words.push_back(nullptr);
  testing::InitGoogleTest(&count, words.data());
  return RUN_ALL_TESTS();
}
