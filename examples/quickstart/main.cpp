// SPDX-License-Identifier: Apache-2.0
// A device program: runs the head of the road-sign network, has the edge peer finish it over mutual TLS, and
// finishes itself when the edge peer is gone. Everything but main() and the files would be the same in
// firmware.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <coinfer/device.hpp>
#include <coinfer/session.hpp>
#include <coinfer/tls/certificate_auth.hpp>
#include <coinfer/tls/client.hpp>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "coinfer_kernels/portable.hpp"
#include "counting_connector.hpp"
#include "image.hpp"
#include "posix/clock.hpp"
#include "posix/entropy.hpp"
#include "posix/tcp.hpp"
#include "road_signs_model.hpp"

namespace {

using Signs = coinfer::Device<road_signs::Model, coinfer::kernels::Portable>;

Signs device;
coinfer::Session<Signs> session;
coinfer::tls::Client<coinfer::tls::CertificateAuth> tls_client;

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4433;
  std::string credentials = "certs";
  std::string labels;
  std::vector<std::string> images;
  int stream = 0;
  int split = 0;
};

struct Picture {
  std::string name;
  std::vector<std::int8_t> input;
};

constexpr coinfer::Shape input_shape = road_signs::Model::inputs[0]->shape;
constexpr int final_exit = Signs::exit_count - 1;

std::vector<std::uint8_t> read_bytes(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) throw std::runtime_error(path + ": cannot be read");
  std::vector<std::uint8_t> bytes;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
    bytes.push_back(static_cast<std::uint8_t>(c));
  std::fclose(file);
  return bytes;
}

std::vector<std::string> read_labels(const std::string& path) {
  std::vector<std::string> labels(1);
  for (const std::uint8_t byte : read_bytes(path)) {
    if (byte == '\n') {
      labels.emplace_back();
    } else if (byte != '\r') {
      labels.back() += static_cast<char>(byte);
    }
  }
  return labels;
}

// The network takes 0..255 as -128..127: scale 1/255, zero point -128.
Picture load_picture(const std::string& path) {
  const quickstart::Image image = quickstart::centre_square(quickstart::read_image(path), input_shape.width);
  Picture picture{std::filesystem::path(path).stem().string(), {}};
  for (const std::uint8_t byte : image.rgb) picture.input.push_back(static_cast<std::int8_t>(byte - 128));
  return picture;
}

struct Reading {
  std::string label;
  int percent = 0;
};

// The outputs of an exit are probabilities: scale 1/256, zero point -128.
Reading read_answer(const std::vector<std::string>& labels) {
  const auto* scores = reinterpret_cast<const std::int8_t*>(session.output(session.answer().exit));
  const auto* best = std::max_element(scores, scores + road_signs::Model::outputs[0]->shape.channels);
  const auto index = static_cast<std::size_t>(best - scores);
  return {index < labels.size() ? labels[index] : std::to_string(index), (*best + 128) * 100 / 256};
}

const coinfer::Answer& infer(const Picture& picture, int split, std::uint32_t deadline_us) {
  std::memcpy(device.input(), picture.input.data(), picture.input.size());
  return session.infer({split, final_exit, deadline_us});
}

std::string shape_after(int stage) {
  const coinfer::Shape shape = stage < 0 ? input_shape : Signs::Net::stages[stage].output->shape;
  return std::to_string(shape.height) + "x" + std::to_string(shape.width) + "x" +
         std::to_string(shape.channels);
}

double ms(std::uint32_t us) { return us / 1000.0; }

// One line per split point: what crosses the network there, what the answer is, and where the time went.
void show_every_split(const Picture& picture, const std::vector<std::string>& labels,
                      const quickstart::CountingConnector& wire) {
  std::printf(
      "\n%s at every split point (bytes as TCP carries them, TLS and framing included; times in ms)\n\n",
      picture.name.c_str());
  std::printf(
      "split  cut after   feature   sent  recv  where   answer                     head   send  queue   tail "
      " total\n");
  for (int split = 0; split <= Signs::stage_count; ++split) {
    const std::uint64_t sent_before = wire.sent();
    const std::uint64_t received_before = wire.received();
    const coinfer::Answer& answer = infer(picture, split, 0);
    const Reading reading = read_answer(labels);
    const coinfer::AnswerTimes& t = answer.times;
    const bool offloaded = answer.place == coinfer::Place::edge;
    std::printf("%5d  %-10s  %7d  %5llu %5llu  %-6s  %-20s %3d%%  %6.2f %6.2f %6.2f %6.2f %6.2f\n", split,
                shape_after(split - 1).c_str(),
                static_cast<int>(Signs::Net::crossing(split, final_exit).bytes),
                static_cast<unsigned long long>(wire.sent() - sent_before),
                static_cast<unsigned long long>(wire.received() - received_before), to_string(answer.place),
                reading.label.c_str(), reading.percent, ms(t.head_us), ms(t.send_us), ms(t.queue_us),
                ms(offloaded ? t.tail_us : t.local_us), ms(t.total_us));
  }
}

// One picture every 100 ms with a deadline of 50 ms, while the edge peer comes and goes.
int stream(const std::vector<Picture>& pictures, const std::vector<std::string>& labels, int count,
           int split) {
  constexpr std::uint32_t deadline_us = 50'000;
  std::printf("\n%d pictures, one every 100 ms, each due after 50 ms; split %d (%d bytes of feature)\n\n",
              count, split, static_cast<int>(Signs::Net::crossing(split, final_exit).bytes));
  int by_edge = 0;
  int late = 0;
  int lost = 0;
  for (int i = 0; i < count; ++i) {
    const Picture& picture = pictures[static_cast<std::size_t>(i) % pictures.size()];
    const coinfer::Answer& answer = infer(picture, split, deadline_us);
    by_edge += answer.place == coinfer::Place::edge ? 1 : 0;
    late += answer.late ? 1 : 0;
    if (answer.status != coinfer::Status::ok) {
      ++lost;
      std::printf("%3d  %-24s  LOST (%s)\n", i, picture.name.c_str(), to_string(answer.cause));
      continue;
    }
    const Reading reading = read_answer(labels);
    const bool local = answer.place == coinfer::Place::device;
    std::printf("%3d  %-24s  %-20s %3d%%  %6.2f ms  %s%s%s%s%s\n", i, picture.name.c_str(),
                reading.label.c_str(), reading.percent, ms(answer.times.total_us), to_string(answer.place),
                local ? " (" : "", local ? to_string(answer.cause) : "", local ? ")" : "",
                answer.late ? "  LATE" : "");
    std::fflush(stdout);
    for (int pause = 0; pause < 10; ++pause) {  // an idle application keeps the link up
      static_cast<void>(session.poll(0));
      ::usleep(10'000);
    }
  }
  std::printf("\n%d pictures: %d answered by the edge peer, %d on the device, %d late, %d lost\n", count,
              by_edge, count - by_edge - lost, late, lost);
  return lost == 0 ? 0 : 1;
}

int run(const Options& options) {
  const std::vector<std::string> labels = read_labels(options.labels);
  std::vector<Picture> pictures;
  for (const std::string& path : options.images) pictures.push_back(load_picture(path));

  const std::vector<std::uint8_t> authority = read_bytes(options.credentials + "/ca.der");
  const std::vector<std::uint8_t> certificate = read_bytes(options.credentials + "/device.der");
  const std::vector<std::uint8_t> key = read_bytes(options.credentials + "/device.key.der");
  const coinfer::tls::Der authorities[] = {{authority.data(), authority.size()}};
  const coinfer::tls::Der chain[] = {{certificate.data(), certificate.size()}};

  port::posix::TcpConnector tcp;
  if (tcp.resolve(options.host.c_str(), std::to_string(options.port).c_str()) != coinfer::Status::ok) {
    throw std::runtime_error(options.host + ": is no host name or IP address");
  }
  quickstart::CountingConnector wire(tcp.connector());
  const coinfer::Clock clock = port::posix::monotonic_clock();
  const coinfer::Entropy entropy = port::posix::kernel_entropy();
  const coinfer::Status credentials =
      tls_client.begin({wire.connector(),
                        clock,
                        entropy,
                        {authorities, 1, chain, 1, {key.data(), key.size()}, {"localhost", nullptr, 0}},
                        nullptr});
  if (credentials != coinfer::Status::ok) {
    std::fprintf(stderr, "%s: these credentials cannot be used: %s\n", options.credentials.c_str(),
                 to_string(credentials));
    return 1;
  }
  static constexpr coinfer::SessionOptions session_options = [] {
    coinfer::SessionOptions made;
    made.backoff_max_us = 500'000;  // a demonstration that ends soon: look for the edge peer twice a second
    return made;
  }();
  session.bind(device, tls_client.connector(), clock, entropy, session_options);
  session.calibrate();
  const coinfer::Status connected = session.connect(5'000'000);
  if (connected != coinfer::Status::ok) {
    std::fprintf(stderr, "%s:%u: no session with the edge peer: %s\n", options.host.c_str(), options.port,
                 to_string(session.link_cause()));
    return 1;
  }
  int code = 0;
  if (options.stream > 0) {
    code = stream(pictures, labels, options.stream, options.split);
  } else {
    for (const Picture& picture : pictures) show_every_split(picture, labels, wire);
  }
  tls_client.end();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Device side of the quickstart: road signs, cut at every point, with an edge peer",
               "quickstart_device");
  app.add_option("--host", options.host, "Name or address of the edge peer")->capture_default_str();
  app.add_option("--port", options.port, "TCP port of the edge peer")->capture_default_str();
  app.add_option("--credentials", options.credentials, "Folder with ca.der, device.der and device.key.der")
      ->capture_default_str();
  app.add_option("--labels", options.labels, "Names of the classes, one per line")->required();
  app.add_option("--stream", options.stream, "Instead of the table: this many pictures, one every 100 ms");
  app.add_option("--split", options.split, "Where --stream cuts the network")
      ->check(CLI::Range(0, Signs::max_split));
  app.add_option("images", options.images, "PNG or JPEG files")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "quickstart_device: %s\n", error.what());
    return 1;
  }
}
