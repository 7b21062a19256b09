// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "serve/loaded_model.hpp"

namespace coinfer::serve {

struct CatalogOptions {
  std::vector<std::filesystem::path> models;
  std::vector<std::string> exits;             // "GROUPS", or "MODEL=GROUPS" when there are several models
  std::vector<std::filesystem::path> tables;  // split tables, each of one of the identities
  std::vector<graph::RoundingRule> roundings;
  tail::Kernels kernels = tail::Kernels::xnnpack;
  std::size_t kept_idle = 32;  // prepared tails per identity
};

// Every identity that is served: each file under each rounding rule, with all outputs as one exit and with
// each of the groupings given for it. Throws std::runtime_error (graph::ImportError among them) naming file
// or option.
std::vector<std::unique_ptr<LoadedModel>> load_models(const CatalogOptions& options);

}  // namespace coinfer::serve
