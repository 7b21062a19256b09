// SPDX-License-Identifier: Apache-2.0
#include "latency/regression.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace coinfer::latency {
namespace {

constexpr double sharing = 1e-8;    // larger than `dependent`, smaller than any error that counts
constexpr double dependent = 1e-9;  // of a column's squared length: what is left is rounding

// Sums over all rows of a system a * x = b: what least squares need of it.
struct NormalEquations {
  std::vector<std::vector<double>> aa;
  std::vector<double> ab;
  double bb = 0.0;

  explicit NormalEquations(std::size_t columns) : aa(columns, std::vector<double>(columns)), ab(columns) {}

  void add(std::span<const double> row, double b) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (std::size_t j = 0; j < row.size(); ++j) aa[i][j] += row[i] * row[j];
      ab[i] += row[i] * b;
    }
    bb += b * b;
  }
};

// Least squares with the columns in `set`, the others are 0: Cholesky's decomposition, row by row. A column
// that depends on those before it gets 0 too.
std::vector<double> solve(const NormalEquations& system, std::span<const std::size_t> set) {
  std::vector<std::size_t> columns;
  std::vector<std::vector<double>> lower;
  std::vector<double> z;  // lower * z = ab
  for (const std::size_t column : set) {
    std::vector<double> row;
    double rest = system.aa[column][column];
    double right = system.ab[column];
    for (std::size_t k = 0; k < columns.size(); ++k) {
      double value = system.aa[column][columns[k]];
      for (std::size_t l = 0; l < k; ++l) value -= row[l] * lower[k][l];
      row.push_back(value / lower[k][k]);
      rest -= row[k] * row[k];
      right -= row[k] * z[k];
    }
    if (!(rest > dependent * system.aa[column][column])) continue;
    row.push_back(std::sqrt(rest));
    z.push_back(right / row.back());
    lower.push_back(std::move(row));
    columns.push_back(column);
  }
  std::vector<double> x(system.ab.size(), 0.0);
  for (std::size_t k = columns.size(); k-- > 0;) {
    double value = z[k];
    for (std::size_t l = k + 1; l < columns.size(); ++l) value -= lower[l][k] * x[columns[l]];
    x[columns[k]] = value / lower[k][k];
  }
  return x;
}

double squared_error(const NormalEquations& system, std::span<const double> x) {
  double error = system.bb;
  for (std::size_t i = 0; i < x.size(); ++i) {
    error -= 2 * x[i] * system.ab[i];
    for (std::size_t j = 0; j < x.size(); ++j) error += x[i] * x[j] * system.aa[i][j];
  }
  return error;
}

// The least error without negative coefficients is the ordinary one over some set of columns. Columns that
// always go together share what they explain: a hint of Tikhonov's regularization, too small to see
// elsewhere.
std::vector<double> solve_non_negative(NormalEquations system) {
  const std::size_t columns = system.ab.size();
  for (std::size_t c = 0; c < columns; ++c) system.aa[c][c] *= 1.0 + sharing;
  std::vector<double> best(columns, 0.0);
  double least = system.bb;
  for (std::size_t bits = 1; bits < std::size_t{1} << columns; ++bits) {
    std::vector<std::size_t> set;
    for (std::size_t c = 0; c < columns; ++c) {
      if ((bits >> c & 1) != 0 && system.aa[c][c] > 0.0) set.push_back(c);
    }
    const std::vector<double> x = solve(system, set);
    if (std::ranges::any_of(x, [](double value) { return value < 0.0; })) continue;
    if (const double error = squared_error(system, x); error < least) {
      least = error;
      best = x;
    }
  }
  return best;
}

}  // namespace

double product(std::span<const double> x, std::span<const double> coefficients) {
  return std::inner_product(x.begin(), x.end(), coefficients.begin(), 0.0);
}

std::vector<double> fit_non_negative(std::span<const Observation> observations, Loss loss) {
  constexpr int rounds = 20;
  constexpr double least_error = 0.01;  // below it, no observation gains more weight
  constexpr double least_ratio = 1e-3;
  if (observations.empty()) return {};
  std::vector<double> weights;
  for (const Observation& observation : observations) weights.push_back(observation.weight);
  std::vector<double> coefficients;
  for (int round = 0; round < rounds; ++round) {
    NormalEquations system(observations[0].x.size());
    for (std::size_t i = 0; i < observations.size(); ++i) {
      const double factor = std::sqrt(weights[i]);
      std::vector<double> row = observations[i].x;
      for (double& value : row) value *= factor / observations[i].us;
      system.add(row, factor);
    }
    coefficients = solve_non_negative(std::move(system));
    for (std::size_t i = 0; i < observations.size(); ++i) {
      const double ratio = product(observations[i].x, coefficients) / observations[i].us;
      const double scale = loss == Loss::symmetric ? std::max(ratio, least_ratio) : 1.0;
      const double error = std::abs(ratio - 1.0) / std::sqrt(scale);
      weights[i] = observations[i].weight / (std::max(error, least_error) * scale);
    }
  }
  return coefficients;
}

std::vector<double> fit_least_squares(std::span<const Observation> observations) {
  if (observations.empty()) return {};
  NormalEquations system(observations[0].x.size());
  for (const Observation& observation : observations) system.add(observation.x, observation.us);
  std::vector<std::size_t> all(system.ab.size());
  std::iota(all.begin(), all.end(), 0);
  return solve(system, all);
}

}  // namespace coinfer::latency
