// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>

#include "certs/certs_command.hpp"
#include "evaluate/evaluate_command.hpp"
#include "import/import_command.hpp"
#include "inspect/inspect_command.hpp"
#include "operators/operators_command.hpp"
#include "plan/plan_command.hpp"
#include "profile/profile_command.hpp"
#include "run/run_command.hpp"
#include "serve/serve_command.hpp"
#include "simulate/simulate_command.hpp"

namespace {

constexpr int failure = 1;
constexpr int usage = 2;

int complain(const std::string& message, int code) {
  std::string line = message;
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::cerr << "coinfer: " << line << "\n";
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Device-edge co-inference for int8 networks: import a model, look at it, run it, plan where to cut\nit, serve its tails.",
      "coinfer");
  app.set_version_flag("--version", "coinfer " COINFER_VERSION);
  app.require_subcommand(1);
  app.footer("'coinfer COMMAND --help' has the options of a command and examples.");
  coinfer::inspect::add_inspect_command(app);
  coinfer::import::add_import_command(app);
  coinfer::run::add_run_command(app);
  coinfer::evaluate::add_evaluate_command(app);
  coinfer::operators::add_operators_command(app);
  coinfer::profile::add_profile_command(app);
  coinfer::plan::add_plan_command(app);
  coinfer::simulate::add_simulate_command(app);
  coinfer::serve::add_serve_command(app);
  coinfer::tools::certs::add_certs_command(app);
  try {
    app.parse(argc, argv);
    std::cout.flush();
    if (!std::cout) return complain("standard output cannot be written", failure);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return complain(std::string(error.what()) + " (see coinfer --help)", usage);
  } catch (const std::invalid_argument& error) {
    return complain(error.what(), usage);
  } catch (const std::exception& error) {
    return complain(error.what(), failure);
  }
}
