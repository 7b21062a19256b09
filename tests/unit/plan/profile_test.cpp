// SPDX-License-Identifier: Apache-2.0
// Profiles come from other machines: whatever is in the file, it is read or refused with its name.
#include "profile/profile.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "files/files.hpp"
#include "tiny_graph.hpp"

namespace {

using namespace coinfer::profile;

Profile example(const coinfer::graph::Graph& graph) {
  Profile profile{network_of(graph), DeviceRun{"board", "portable", 3, {}},
                  EdgeRun{"server", "xnnpack", 3, {}}};
  for (std::size_t s = 0; s < graph.stages.size(); ++s) {
    const double us = 1.5 + static_cast<double>(s);
    profile.device->stages.push_back({us, us - 1, us + 1});
  }
  profile.edge->tails.resize(graph.exits.size());
  for (auto& tails : profile.edge->tails) {
    tails.resize(graph.stages.size() + 1);
    tails[0] = Measurement{7, 6, 8};
  }
  return profile;
}

class ProfileFile : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

  const coinfer::graph::Graph graph_ = tiny::load(tiny::classifier());
  const std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("profile-" + std::to_string(::getpid()) + ".json");
};

TEST_F(ProfileFile, ReadsWhatItWrote) {
  write(to_json(example(graph_)));
  const Profile profile = read(path_, graph_);
  EXPECT_EQ(to_json(profile), to_json(example(graph_)));
  EXPECT_EQ(profile.device->stages[2].median_us, 3.5);
  EXPECT_EQ(profile.edge->tails[0][0]->high_us, 8);
  EXPECT_FALSE(profile.edge->tails[0][1].has_value());
}

TEST_F(ProfileFile, DamagedOnesAreReadOrRefused) {
  const std::string good = to_json(example(graph_));
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 600; ++i) {
    std::string text = good;
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 20);
          break;
        case 2:
          text.insert(at, std::string(1 + random() % 400, "9-e[{\"0"[random() % 7]));
          break;
        default:
          text.resize(at);
          break;
      }
      if (text.empty()) break;
    }
    write(text);
    try {
      const Profile profile = read(path_, graph_);
      ASSERT_TRUE(!profile.device || profile.device->stages.size() == graph_.stages.size());
    } catch (const coinfer::files::FileError& error) {
      ++refused;
      ASSERT_EQ(std::string(error.what()).rfind(path_.string() + ": ", 0), 0U) << error.what();
    }
  }
  EXPECT_GT(refused, 200);
}

}  // namespace
