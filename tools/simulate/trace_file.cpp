// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <optional>
#include <string_view>

#include "files/files.hpp"
#include "plan/cost_model.hpp"
#include "simulate/trace_source.hpp"

namespace coinfer::simulate {
namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr std::size_t most_lines = 1'000'000;

class Reader {
 public:
  Reader(std::string path, double round_trip_us) : path_(std::move(path)), round_trip_us_(round_trip_us) {}

  std::vector<Segment> read() {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(path_, unknown);
    if (!unknown && size > most_bytes) throw files::FileError(path_ + ": has more than 64 MiB");
    const std::vector<std::uint8_t> bytes = files::read(path_);
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (++line_ > most_lines) throw files::FileError(path_ + ": has more than 1,000,000 lines");
      const bool title = line_ == 1 && !line.empty() &&
                         ((line[0] >= 'a' && line[0] <= 'z') || (line[0] >= 'A' && line[0] <= 'Z'));
      if (!line.empty() && !title) take(line);
    }
    return finish();
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw files::FileError(path_ + ": line " + std::to_string(line_) + ": " + what);
  }

  // The next column, if there is one.
  std::optional<double> number(std::string_view& line, const char* what, double least, double most) const {
    if (line.empty()) return std::nullopt;
    const std::string_view word = line.substr(0, line.find(','));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    double value = 0.0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || !(value >= least && value <= most))
      refuse(std::string(what) + " is no number from " + std::to_string(least) + " to " +
             std::to_string(most));
    return value;
  }

  void take(std::string_view line) {
    const std::optional<double> time = number(line, "the time", 0.0, 1e9);
    const std::optional<double> bits = number(line, "the bandwidth", 0.0, 1e12);
    if (!bits) refuse("needs a time and a bandwidth");
    const double round_trip_us = number(line, "the round trip", 0.0, 1e8).value_or(round_trip_us_);
    const std::optional<double> up = number(line, "up", 0.0, 1.0);
    if (up && *up != 0.0 && *up != 1.0) refuse("up is neither 0 nor 1");
    if (!line.empty()) refuse("has more than four columns");
    const double time_us = *time * 1e6;
    if (segments_.empty()) {
      begin_us_ = time_us;
    } else {
      if (!(time_us - begin_us_ > last_us_)) refuse("its time does not lie after the line before");
      segments_.back().end_us = time_us - begin_us_;
    }
    last_us_ = time_us - begin_us_;
    const bool passes = *bits > 0.0 && up.value_or(1.0) == 1.0;
    segments_.push_back({0.0, plan::us_per_byte(*bits > 0.0 ? *bits : 1.0), round_trip_us, passes});
  }

  std::vector<Segment> finish() {
    if (segments_.size() < 2) throw files::FileError(path_ + ": a trace needs two lines or more");
    const std::size_t last = segments_.size() - 1;
    const double before_us = last < 2 ? 0.0 : segments_[last - 2].end_us;
    segments_[last].end_us = segments_[last - 1].end_us + (segments_[last - 1].end_us - before_us);
    return std::move(segments_);
  }

  std::string path_;
  double round_trip_us_;
  std::size_t line_ = 0;
  double begin_us_ = 0.0;
  double last_us_ = 0.0;
  std::vector<Segment> segments_;
};

}  // namespace

std::vector<Segment> read_csv(const std::string& path, double round_trip_us) {
  return Reader(path, round_trip_us).read();
}

}  // namespace coinfer::simulate
