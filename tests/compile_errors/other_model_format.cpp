// SPDX-License-Identifier: Apache-2.0
// says: functions.tflite again: this header was made for another version of coinfer
#include "coinfer/config.hpp"
#undef COINFER_MODEL_FORMAT
#define COINFER_MODEL_FORMAT 1000000
#include "net_model.hpp"
