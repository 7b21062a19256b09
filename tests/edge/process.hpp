// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

// A child process whose standard output and error can be read line by line; killed at the end, by its id.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), COINFER_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int out[2];
    int err[2];
    if (::pipe(out) != 0 || ::pipe(err) != 0) std::abort();
    id_ = ::fork();
    if (id_ == 0) {
      ::dup2(out[1], 1);
      ::dup2(err[1], 2);
      for (const int end : {out[0], out[1], err[0], err[1]}) ::close(end);
      ::execv(argv[0], argv.data());
      std::_Exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Process() {
    if (id_ > 0 && !ended_) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
    }
    close_output();
    ::close(err_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  void signal(int number) { ::kill(id_, number); }
  void close_output() {
    if (out_ >= 0) ::close(out_);
    out_ = -1;
  }

  // The next line of standard output; empty when there is none in time.
  std::string line() { return read_line(out_); }
  std::string error_line() { return read_line(err_); }

  // Exit status; -1 when it does not end in time, -2 when a signal ended it.
  int wait() {
    for (int i = 0; i < 4000; ++i) {
      int status = 0;
      if (::waitpid(id_, &status, WNOHANG) == id_) {
        ended_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
      }
      ::usleep(5000);
    }
    return -1;
  }

 private:
  static std::string read_line(int from) {
    std::string line;
    char c = 0;
    pollfd ready{from, POLLIN, 0};
    while (::poll(&ready, 1, 20'000) == 1 && ::read(from, &c, 1) == 1) {
      if (c == '\n') return line;
      line += c;
    }
    return line;
  }

  pid_t id_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool ended_ = false;
};
