// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace coinfer::plan {

// The files of report/ in one, made by CMake; %STYLE_HASH%, %SCRIPT_HASH% and %PLAN% are still to be filled
// in.
extern const char* const report_page;

}  // namespace coinfer::plan
