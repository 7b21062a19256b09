// SPDX-License-Identifier: Apache-2.0
#include "serve/in_process_edge.hpp"

#include <cstring>
#include <utility>

namespace coinfer::serve {

InProcessEdge::InProcessEdge(std::vector<LoadedModel*> models, ConnectionLimits limits)
    : models_(std::move(models)), limits_(limits) {
  new_connection();
}

void InProcessEdge::new_connection() {
  waiting_.reset();
  connection_ = std::make_unique<Connection>(*this, limits_);
}

const ServedModel* InProcessEdge::find_model(const std::uint8_t* identity) {
  for (const LoadedModel* model : models_) {
    if (std::memcmp(model->identity(), identity, wire::identity_bytes) == 0) return model;
  }
  return nullptr;
}

Admission InProcessEdge::admit(const ServedModel& /*model*/, int /*split*/, int /*exit*/,
                               std::uint32_t /*remaining_us*/) {
  return admission_;
}

void InProcessEdge::start(Job job) {
  waiting_ = std::make_unique<Job>(std::move(job));
  if (!hold_) compute();
}

void InProcessEdge::forget(std::uint32_t /*sequence*/) { waiting_.reset(); }

void InProcessEdge::compute() {
  if (waiting_ == nullptr) return;
  const std::unique_ptr<Job> job = std::move(waiting_);
  JobResult result;
  result.outputs = static_cast<const LoadedModel*>(job->model)->run(*job);
  result.outcome = JobResult::Outcome::computed;
  connection_->finish(job->sequence, std::move(result));
}

}  // namespace coinfer::serve
