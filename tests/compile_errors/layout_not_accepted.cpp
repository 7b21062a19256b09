// SPDX-License-Identifier: Apache-2.0
// says: coinfer: this kernel set cannot read the model's weight layout
#include "network.hpp"

struct Blocked {};  // a layout that no kernel set knows
struct Model : toy::Model {
  using Layout = Blocked;
};
coinfer::Device<Model, Reference> device;
