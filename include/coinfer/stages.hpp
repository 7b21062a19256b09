// SPDX-License-Identifier: Apache-2.0
#pragma once

// All stage templates that a generated model header may name.
#include "coinfer/stages/broadcast.hpp"
#include "coinfer/stages/convolution.hpp"
#include "coinfer/stages/elementwise.hpp"
#include "coinfer/stages/movement.hpp"
#include "coinfer/stages/recurrent.hpp"
#include "coinfer/stages/reduction.hpp"
#include "coinfer/stages/selection.hpp"
