// SPDX-License-Identifier: Apache-2.0
#include "ticket_keys.hpp"

#include <mbedtls/gcm.h>
#include <mbedtls/platform_util.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace coinfer::tools::tls {
namespace {

// Ticket: key name, IV, tag, sealed content.
// Content: kind (1), authenticated at (8), policy generation (4), name length (1), name, session.
constexpr size_t iv_bytes = 12;
constexpr size_t tag_bytes = 16;
constexpr size_t fixed_content_bytes = 1 + 8 + 4 + 1;

void append(std::vector<uint8_t>& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

uint64_t take(std::span<const uint8_t>& in, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value |= uint64_t{in[i]} << (8 * i);
  in = in.subspan(bytes);
  return value;
}

std::vector<uint8_t> serialize(const TicketContent& content) {
  std::vector<uint8_t> out;
  append(out, static_cast<uint8_t>(content.identity.kind), 1);
  append(out, content.identity.authenticated_at_s, 8);
  append(out, content.policy_generation, 4);
  append(out, content.identity.name.size(), 1);
  out.insert(out.end(), content.identity.name.begin(), content.identity.name.end());
  out.insert(out.end(), content.session.begin(), content.session.end());
  return out;
}

std::optional<TicketContent> parse(std::span<const uint8_t> in) {
  if (in.size() < fixed_content_bytes) return std::nullopt;
  TicketContent content;
  content.identity.kind = static_cast<Identity::Kind>(take(in, 1));
  content.identity.authenticated_at_s = take(in, 8);
  content.policy_generation = static_cast<uint32_t>(take(in, 4));
  const auto name_size = static_cast<size_t>(take(in, 1));
  if (name_size > in.size()) return std::nullopt;
  content.identity.name.assign(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(name_size));
  content.session.assign(in.begin() + static_cast<std::ptrdiff_t>(name_size), in.end());
  return content;
}

class Gcm {
 public:
  explicit Gcm(std::span<const uint8_t> key) {
    mbedtls_gcm_init(&gcm_);
    ready_ = mbedtls_gcm_setkey(&gcm_, MBEDTLS_CIPHER_ID_AES, key.data(),
                                static_cast<unsigned>(8 * key.size())) == 0;
  }
  ~Gcm() { mbedtls_gcm_free(&gcm_); }
  Gcm(const Gcm&) = delete;
  Gcm& operator=(const Gcm&) = delete;
  explicit operator bool() const { return ready_; }
  mbedtls_gcm_context* get() { return &gcm_; }

 private:
  mbedtls_gcm_context gcm_;
  bool ready_ = false;
};

}  // namespace

TicketKeys::TicketKeys(uint32_t lifetime_s)
    : TicketKeys(lifetime_s, [] { return static_cast<uint64_t>(std::time(nullptr)); }) {}

TicketKeys::TicketKeys(uint32_t lifetime_s, Now now) : lifetime_s_(lifetime_s), now_(std::move(now)) {}

TicketKeys::~TicketKeys() {
  mbedtls_platform_zeroize(current_.secret.data(), current_.secret.size());
  mbedtls_platform_zeroize(previous_.secret.data(), previous_.secret.size());
}

void TicketKeys::rotate() {
  const uint64_t now = now_();
  if (previous_.used && now - previous_.made_at_s >= 2ULL * lifetime_s_) previous_ = {};
  if (current_.used && now - current_.made_at_s < lifetime_s_) return;
  previous_ = current_.used && now - current_.made_at_s < 2ULL * lifetime_s_ ? current_ : Key{};
  random_.fill(current_.name);
  random_.fill(current_.secret);
  current_.made_at_s = now;
  current_.used = true;
}

std::optional<size_t> TicketKeys::seal(const TicketContent& content, std::span<uint8_t> ticket) {
  const std::lock_guard lock(mutex_);
  rotate();
  std::vector<uint8_t> plain = serialize(content);
  const size_t size = name_bytes + iv_bytes + tag_bytes + plain.size();
  Gcm gcm(current_.secret);
  if (!gcm || size > ticket.size()) return std::nullopt;
  const auto iv = ticket.subspan(name_bytes, iv_bytes);
  const auto tag = ticket.subspan(name_bytes + iv_bytes, tag_bytes);
  std::copy(current_.name.begin(), current_.name.end(), ticket.begin());
  random_.fill(iv);
  const int error = mbedtls_gcm_crypt_and_tag(
      gcm.get(), MBEDTLS_GCM_ENCRYPT, plain.size(), iv.data(), iv.size(), ticket.data(), name_bytes,
      plain.data(), ticket.data() + name_bytes + iv_bytes + tag_bytes, tag.size(), tag.data());
  mbedtls_platform_zeroize(plain.data(), plain.size());
  if (error != 0) return std::nullopt;
  return size;
}

std::optional<TicketContent> TicketKeys::open(std::span<const uint8_t> ticket) {
  if (ticket.size() < name_bytes + iv_bytes + tag_bytes) return std::nullopt;
  const std::lock_guard lock(mutex_);
  rotate();
  const auto named = [&](const Key& key) {
    return key.used && std::equal(key.name.begin(), key.name.end(), ticket.begin());
  };
  const Key* key = named(current_) ? &current_ : named(previous_) ? &previous_ : nullptr;
  if (key == nullptr) return std::nullopt;
  Gcm gcm(key->secret);
  if (!gcm) return std::nullopt;
  const auto iv = ticket.subspan(name_bytes, iv_bytes);
  const auto tag = ticket.subspan(name_bytes + iv_bytes, tag_bytes);
  const auto sealed = ticket.subspan(name_bytes + iv_bytes + tag_bytes);
  std::vector<uint8_t> plain(sealed.size());
  if (mbedtls_gcm_auth_decrypt(gcm.get(), sealed.size(), iv.data(), iv.size(), ticket.data(), name_bytes,
                               tag.data(), tag.size(), sealed.data(), plain.data()) != 0) {
    return std::nullopt;
  }
  std::optional<TicketContent> content = parse(plain);
  mbedtls_platform_zeroize(plain.data(), plain.size());
  if (!content) return std::nullopt;
  const uint64_t at_s = content->identity.authenticated_at_s;
  const uint64_t now = now_();
  if (now < at_s || now - at_s > lifetime_s_) return std::nullopt;
  return content;
}

}  // namespace coinfer::tools::tls
