// SPDX-License-Identifier: Apache-2.0
// Writes the sample messages to a folder: once per wire version, before its release (docs/wire.md).
#include <fstream>
#include <iostream>

#include "messages.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: record FOLDER\n";
    return 2;
  }
  for (const coinfer::tests::Sample& one : coinfer::tests::samples()) {
    const std::string path = std::string(argv[1]) + "/" + one.name + ".bin";
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(one.frame.data()),
               static_cast<std::streamsize>(one.frame.size()));
    if (!file.flush()) {
      std::cerr << path << ": cannot be written\n";
      return 1;
    }
  }
  return 0;
}
