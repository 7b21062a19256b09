// SPDX-License-Identifier: Apache-2.0
// TLS client: a Connector over another Connector. Memory beyond sizeof(Client) is what Mbed TLS takes from
// its own allocator; most of it is kept between connections so that a small pool does not fragment.
#pragma once

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ssl.h>

#include <coinfer/clock.hpp>
#include <coinfer/compiler.hpp>
#include <coinfer/link.hpp>
#include <coinfer/tls/cipher_suites.hpp>
#include <coinfer/tls/errors.hpp>
#include <coinfer/tls/library.hpp>
#include <coinfer/tls/timed_transport.hpp>

COINFER_CODE_BEGIN
namespace coinfer::tls {

// Auth: CertificateAuth or PskAuth. A static Client is all zero before begin() (.bss, no constructor at
// start-up). The ticket of the last session is kept and tried by the next open(); a server that does not want
// it any more gets a full handshake.
template <class Auth>
class Client {
 public:
  struct Setup {
    Connector transport;
    Clock clock;
    Entropy entropy;
    typename Auth::Credentials credentials;
    const int* suites;  // zero-terminated IANA numbers in order of preference; null = Auth::suites()
  };

  // Once, before anything else. Fails for credentials that cannot be parsed (bad_message), without a server
  // name (not_trusted), without entropy, without memory; end() must then follow as after success.
  Status begin(const Setup& setup) {
    transport_.begin(setup.transport, setup.clock);
    entropy_ = setup.entropy;
    mbedtls_ssl_init(&ssl_);
    mbedtls_ssl_config_init(&conf_);
    mbedtls_ssl_session_init(&session_);
    mbedtls_ctr_drbg_init(&random_);
    last_error_ = configure(setup);
    return status_of(last_error_);
  }

  // Gives back everything that Mbed TLS holds. The object can begin() again.
  void end() {
    close();
    forget_session();
    mbedtls_ssl_free(&ssl_);
    mbedtls_ssl_config_free(&conf_);
    auth_.release();
    mbedtls_ctr_drbg_free(&random_);
  }

  Connector connector() {
    return {this,
            [](void* self, uint32_t timeout_us) { return static_cast<Client*>(self)->open(timeout_us); },
            [](void* self) { static_cast<Client*>(self)->close(); },
            {this,
             [](void* self, const uint8_t* bytes, size_t count, uint32_t timeout_us) {
               return static_cast<Client*>(self)->send(bytes, count, timeout_us);
             },
             [](void* self, uint8_t* bytes, size_t count, uint32_t timeout_us) {
               return static_cast<Client*>(self)->receive(bytes, count, timeout_us);
             }}};
  }

  // The next open() makes a full handshake.
  void forget_session() {
    mbedtls_ssl_session_free(&session_);
    mbedtls_ssl_session_init(&session_);
    have_session_ = false;
  }

  bool resumed() const { return state_ == State::open && !full_handshake_; }  // of the present connection
  int last_error() const { return last_error_; }  // of Mbed TLS, for logs; 0 = none

 private:
  enum class State : uint8_t { closed, connecting, handshaking, open, failed };

  int configure(const Setup& setup) {
    int error = library::start();
    if (error == 0) error = mbedtls_ctr_drbg_seed(&random_, &Client::fill_entropy, this, nullptr, 0);
    if (error == 0) {
      error = mbedtls_ssl_config_defaults(&conf_, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                          MBEDTLS_SSL_PRESET_DEFAULT);
    }
    if (error != 0) return error;
    library::require_tls_1_2(&conf_);
    library::receive_tickets(&conf_);
    mbedtls_ssl_conf_rng(&conf_, mbedtls_ctr_drbg_random, &random_);
    const int* suites = setup.suites != nullptr ? setup.suites : Auth::suites();
    mbedtls_ssl_conf_ciphersuites(&conf_, suites);
    if (!suite::any_of_tls_1_3(suites)) library::forbid_tls_1_3(&conf_);  // it would be negotiated in vain
    error = library::limit_records(&conf_);
    if (error == 0) error = auth_.apply(&conf_, setup.credentials, mbedtls_ctr_drbg_random, &random_);
    if (error == 0) error = mbedtls_ssl_setup(&ssl_, &conf_);
    if (error == 0) error = auth_.bind(&ssl_);
    mbedtls_ssl_set_bio(&ssl_, &transport_, &TimedTransport::send, &TimedTransport::receive, nullptr);
    return error;
  }

  Status open(uint32_t timeout_us) {
    transport_.set_deadline(transport_.now_us() + timeout_us);
    if (state_ == State::open) return Status::ok;
    if (state_ == State::failed) close();
    if (state_ == State::closed) {
      last_error_ = prepare();
      if (last_error_ != 0) return status_of(last_error_);
      state_ = State::connecting;
    }
    if (state_ == State::connecting) {
      const Status status = transport_.open();
      if (status == Status::ok) state_ = State::handshaking;
      if (status != Status::ok && status != Status::pending) state_ = State::closed;
      if (status != Status::ok) return status;
    }
    return handshake();
  }

  int prepare() {
    full_handshake_ = false;
    heard_peer_ = false;
    unsent_ = 0;
    int error = mbedtls_ssl_session_reset(&ssl_);
    if (error == 0 && have_session_ && mbedtls_ssl_set_session(&ssl_, &session_) != 0) forget_session();
    return error;
  }

  // At least one step, more until the deadline. The longest step is one or two elliptic-curve operations.
  Status handshake() {
    do {
      if (library::is_full_handshake_state(&ssl_)) full_handshake_ = true;
      const int error = mbedtls_ssl_handshake_step(&ssl_);
      if (error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE) return Status::pending;
      if (error != 0) {
        const Status status = fail(error);
        if (status != Status::link_down) forget_session();  // a lost connection says nothing about the ticket
        close();
        return status;
      }
      if (library::handshake_is_over(&ssl_)) {
        state_ = State::open;
        if (!library::is_tls_1_3(&ssl_)) save_session();
        return Status::ok;
      }
    } while (transport_.has_time());
    return Status::pending;
  }

  void close() {
    if (state_ == State::open) {
      transport_.set_deadline(0);
      (void)mbedtls_ssl_close_notify(&ssl_);
    }
    if (state_ != State::closed) transport_.close();
    state_ = State::closed;
  }

  // Mbed TLS encrypts a whole record at once. Its bytes count as sent even when the transport took only a
  // part: the rest goes out with the next call of send or receive.
  Transfer send(const uint8_t* bytes, size_t count, uint32_t timeout_us) {
    if (state_ != State::open) return {Status::link_down, 0};
    transport_.set_deadline(transport_.now_us() + timeout_us);
    const Status flushed = flush();
    if (flushed != Status::ok) return {flushed, 0};
    const int written = write(bytes, count);
    if (written == MBEDTLS_ERR_SSL_WANT_READ)
      return {Status::pending, 0};  // within a ticket: nothing was taken
    if (written > 0) return {Status::ok, static_cast<size_t>(written)};
    if (written != MBEDTLS_ERR_SSL_WANT_WRITE) return {fail(written), 0};
    const int limit = mbedtls_ssl_get_max_out_record_payload(&ssl_);
    if (limit <= 0) return {fail(limit), 0};
    unsent_ = count < static_cast<size_t>(limit) ? count : static_cast<size_t>(limit);
    return {Status::ok, unsent_};
  }

  // Mbed TLS, called again after WANT_WRITE, finishes the record it holds and does not look at the bytes. It
  // may have finished it by itself meanwhile (a ticket, an alert); without bytes, the worst is then an empty
  // record.
  Status flush() {
    if (unsent_ == 0) return Status::ok;
    const uint8_t unused = 0;
    const int written = library::record_is_pending(&ssl_) ? write(&unused, 0) : 0;
    if (written == MBEDTLS_ERR_SSL_WANT_WRITE || written == MBEDTLS_ERR_SSL_WANT_READ) return Status::pending;
    if (written < 0) return fail(written);
    unsent_ = 0;
    return Status::ok;
  }

  // In TLS 1.3 a ticket that came in parts is taken by whichever call comes next.
  int write(const uint8_t* bytes, size_t count) {
    int written = mbedtls_ssl_write(&ssl_, bytes, count);
    while (written == library::new_ticket) {
      save_session();
      written = mbedtls_ssl_write(&ssl_, bytes, count);
    }
    return written;
  }

  Transfer receive(uint8_t* bytes, size_t count, uint32_t timeout_us) {
    if (state_ != State::open) return {Status::link_down, 0};
    const uint64_t end_us = transport_.now_us() + timeout_us;
    for (;;) {
      transport_.set_deadline(0);
      const Status flushed = flush();
      if (flushed != Status::ok && flushed != Status::pending) return {flushed, 0};
      // While a record waits to go out, wait for incoming bytes in short slices only.
      const uint64_t slice_end_us = transport_.now_us() + flush_slice_us;
      transport_.set_deadline(flushed == Status::pending && slice_end_us < end_us ? slice_end_us : end_us);
      const int got = mbedtls_ssl_read(&ssl_, bytes, count);
      if (got > 0) {
        heard_peer_ = true;
        return {Status::ok, static_cast<size_t>(got)};
      }
      if (got == library::new_ticket) {
        save_session();
      } else if (got == 0) {
        return {fail(MBEDTLS_ERR_SSL_CONN_EOF), 0};
      } else if (got != MBEDTLS_ERR_SSL_WANT_READ && got != MBEDTLS_ERR_SSL_WANT_WRITE) {
        return {fail(got), 0};
      } else if (transport_.now_us() >= end_us) {
        return {Status::pending, 0};
      }
    }
  }

  void save_session() {
    forget_session();
    have_session_ = mbedtls_ssl_get_session(&ssl_, &session_) == 0;
  }

  // The stream cannot be used any more; open() starts anew.
  Status fail(int error) {
    const bool was_open = state_ == State::open;
    state_ = State::failed;
    last_error_ = error;
    if (was_open && heard_peer_ && error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) return Status::link_down;
    // In TLS 1.3 a server refuses our credentials when the handshake is already over for us: by an alert
    // instead of its first byte of data. Mbed TLS 3.6 encrypts that alert with keys that are no longer in
    // use.
    const bool late_alert = was_open && !heard_peer_ && library::is_tls_1_3(&ssl_);
    return late_alert && error == MBEDTLS_ERR_SSL_INVALID_MAC ? Status::not_trusted : status_of(error);
  }

  static int fill_entropy(void* self, unsigned char* bytes, size_t count) {
    const Entropy& entropy = static_cast<const Client*>(self)->entropy_;
    return entropy.fill(entropy.context, bytes, count) == Status::ok
               ? 0
               : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
  }

  static constexpr uint32_t flush_slice_us = 1000;

  TimedTransport transport_ = {};
  Entropy entropy_ = {};
  Auth auth_ = {};
  mbedtls_ssl_context ssl_ = {};
  mbedtls_ssl_config conf_ = {};
  mbedtls_ssl_session session_ = {};
  mbedtls_ctr_drbg_context random_ = {};
  size_t unsent_ = 0;  // plain bytes of the record that the transport has not yet taken completely
  int last_error_ = 0;
  State state_ = State::closed;
  bool have_session_ = false;
  bool full_handshake_ = false;
  bool heard_peer_ = false;
};

}  // namespace coinfer::tls
COINFER_CODE_END
