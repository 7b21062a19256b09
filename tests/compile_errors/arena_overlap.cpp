// SPDX-License-Identifier: Apache-2.0
// says: coinfer: two tensors that live at the same time overlap in the arena
#include "network.hpp"

constexpr coinfer::TensorInfo misplaced = {10, coinfer::DataType::s8, {4, 4, 4}, 1.0F, 4, 200};
struct Conv2 : toy::Conv2 {
  static constexpr auto& out = misplaced;
};
struct Sum : toy::Sum {
  static constexpr auto& second = misplaced;
};
struct Overlapping : toy::Model {
  using Stages =
      coinfer::StageList<coinfer::Conv2dStage<toy::Conv1>, coinfer::ReshapeStage<toy::Flat1>,
                         coinfer::FullyConnectedStage<toy::Early>, coinfer::Conv2dStage<Conv2>,
                         coinfer::AddStage<Sum>, coinfer::ReshapeStage<toy::Flat2>,
                         coinfer::FullyConnectedStage<toy::Scores>, coinfer::SoftmaxStage<toy::Chances>>;
};
coinfer::Device<Overlapping, Reference> device;
