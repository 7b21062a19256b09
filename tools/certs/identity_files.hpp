// SPDX-License-Identifier: Apache-2.0
// The files that stand for an identity: PEM and DER of certificate and key, a header for firmware, a line
// with a pre-shared key. Nothing here touches the disk except load_identity.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "certs/issue.hpp"
#include "files/files.hpp"

namespace coinfer::tools::certs {

// FOLDER/NAME.pem, .der, .key.pem, .key.der; the keys are secret.
std::vector<files::Output> identity_files(const std::filesystem::path& folder, const std::string& name,
                                          const Identity& identity);

// FOLDER/NAME.pem and NAME.key.pem, which must belong together.
Identity load_identity(const std::filesystem::path& folder, const std::string& name, tls::Random& random);

// FOLDER/NAME_credentials.hpp: everything a device needs as constants; secret, since the key is in it.
files::Output credentials_header(const std::filesystem::path& folder, const std::string& name,
                                 const Identity& identity, const Identity& authority);

// FOLDER/NAME_psk.hpp, likewise.
files::Output psk_header(const std::filesystem::path& folder, const std::string& name,
                         const std::vector<uint8_t>& key);

std::string to_hex(const std::vector<uint8_t>& bytes);

}  // namespace coinfer::tools::certs
