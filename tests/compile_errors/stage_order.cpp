// SPDX-License-Identifier: Apache-2.0
// says: coinfer: a stage reads a tensor that no earlier stage writes
#include "network.hpp"

struct Shuffled : toy::Model {
  using Stages =
      coinfer::StageList<coinfer::ReshapeStage<toy::Flat1>, coinfer::Conv2dStage<toy::Conv1>,
                         coinfer::FullyConnectedStage<toy::Early>, coinfer::Conv2dStage<toy::Conv2>,
                         coinfer::AddStage<toy::Sum>, coinfer::ReshapeStage<toy::Flat2>,
                         coinfer::FullyConnectedStage<toy::Scores>, coinfer::SoftmaxStage<toy::Chances>>;
};
coinfer::Device<Shuffled, Reference> device;
