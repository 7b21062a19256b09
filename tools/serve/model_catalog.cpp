// SPDX-License-Identifier: Apache-2.0
#include "serve/model_catalog.hpp"

#include <algorithm>
#include <stdexcept>

#include "graph/split_table_file.hpp"
#include "graph/tflite_loader.hpp"

namespace coinfer::serve {

namespace {

struct NamedExits {
  std::string model;  // empty: the only one
  std::string groups;
};

// A tensor's name may hold '=' as well: only what stands before the first one and is a model's name counts.
NamedExits parse(const std::string& text, const CatalogOptions& options) {
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos) {
    for (const std::filesystem::path& path : options.models) {
      if (path.stem().string() == text.substr(0, equals))
        return {path.stem().string(), text.substr(equals + 1)};
    }
  }
  if (options.models.size() == 1) return {"", text};
  throw std::invalid_argument("--exits " + text +
                              ": with several models, write MODEL=GROUPS with the name of one of them");
}

// To the model that it is made for.
void add_table(std::vector<std::unique_ptr<LoadedModel>>& models, const std::filesystem::path& path) {
  const std::vector<std::uint8_t> identity = graph::table_identity(path);
  for (const std::unique_ptr<LoadedModel>& model : models) {
    if (!std::equal(identity.begin(), identity.end(), model->identity())) continue;
    if (model->table_version() != 0)
      throw std::runtime_error(path.string() + ": is the second split table of its network; give one");
    return model->read_table(path);
  }
  throw std::runtime_error(path.string() +
                           ": is the split table of a network that is not served here, or not with these "
                           "--exits and --rounding");
}

}  // namespace

std::vector<std::unique_ptr<LoadedModel>> load_models(const CatalogOptions& options) {
  std::vector<NamedExits> exits;
  for (const std::string& text : options.exits) exits.push_back(parse(text, options));
  std::vector<std::unique_ptr<LoadedModel>> models;
  for (const std::filesystem::path& path : options.models) {
    std::vector<std::string> groupings = {""};
    for (const NamedExits& named : exits) {
      if (named.model.empty() || named.model == path.stem().string()) groupings.push_back(named.groups);
    }
    for (const graph::RoundingRule rounding : options.roundings) {
      for (const std::string& groups : groupings) {
        graph::Graph graph = graph::load_tflite_file(path, {"", rounding, groups});
        const bool known = std::ranges::any_of(models, [&](const std::unique_ptr<LoadedModel>& model) {
          return std::equal(graph.identity.begin(), graph.identity.end(), model->identity());
        });
        if (known) continue;
        models.push_back(std::make_unique<LoadedModel>(std::move(graph), options.kernels, options.kept_idle));
        models.back()->warm_up();
      }
    }
  }
  for (const std::filesystem::path& path : options.tables) add_table(models, path);
  return models;
}

}  // namespace coinfer::serve
