// SPDX-License-Identifier: Apache-2.0
// What the cases start from: each one makes a single mistake with this network.
#pragma once

#include <coinfer/device.hpp>
#include <coinfer/session.hpp>
#include <coinfer_kernels/reference.hpp>

#include "../session/toy_model.hpp"

using Reference = coinfer::kernels::Reference;
