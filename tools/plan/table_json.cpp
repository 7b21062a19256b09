// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "graph/identity.hpp"
#include "plan/regions.hpp"
#include "plan/words.hpp"

namespace coinfer::plan {
namespace {

using nlohmann::json;

json json_of(const Handshake& handshake) {
  return {{"compute_us", handshake.compute_us},
          {"wire_bytes", handshake.bytes},
          {"round_trips", handshake.round_trips}};
}

json json_of(const Box& box) {
  const Conditions& low = box.low;
  const Conditions& high = box.high;
  return {{"bits_per_second", {bits_per_second(high.us_per_byte), bits_per_second(low.us_per_byte)}},
          {"round_trip_us", {low.round_trip_us, high.round_trip_us}},
          {"wait_us", {low.wait_us, high.wait_us}},
          {"load", {low.load, high.load}}};
}

json json_of(const graph::Graph& graph, const Candidate& c) {
  json made = {{"split", c.split},
               {"exit", c.exit},
               {"codec", c.codec},
               {"place", describe(graph, c)},
               {"accuracy", c.accuracy},
               {"head_us", c.forms[0].compute_us},
               {"expected_head_us", c.expected_compute_us},
               {"wire_bytes", c.forms[0].bytes},
               {"tail_us", c.tail_us},
               {"energy_uj", c.energy_uj},
               {"offload", c.offload}};
  if (c.forms[1].bytes > 0.0)
    made["overlap"] = {{"head_us", c.forms[1].compute_us}, {"wire_bytes", c.forms[1].bytes}};
  if (c.ram_bytes) made["ram_bytes"] = *c.ram_bytes;
  if (c.flash_bytes) made["flash_bytes"] = *c.flash_bytes;
  return made;
}

}  // namespace

std::string table_json(const Plan& plan) {
  const SplitTable& t = plan.table.header;
  json made = {{"format", t.format},
               {"model", plan.graph.name},
               {"identity", graph::hexadecimal(plan.graph.identity)},
               {"version", t.version},
               {"objective", name_of(t.objective)},
               {"deadline_us", t.deadline_us},
               {"time_unit_us", std::ldexp(0.001, t.time_shift)},
               {"provenance", plan.provenance},
               {"considered", plan.considered},
               {"bytes", plan.table.bytes()},
               {"send_mw", plan.setting.send_mw},
               {"wait_mw", plan.setting.wait_mw},
               {"resumption", json_of(plan.setting.resumed)},
               {"handshake", json_of(plan.setting.full)},
               {"ranges", json_of(plan.box)},
               {"candidates", json::array()},
               {"baselines", json::array()},
               {"regions", json::array()}};
  for (const Candidate& c : plan.kept) made["candidates"].push_back(json_of(plan.graph, c));
  for (const Candidate& c : plan.baselines) made["baselines"].push_back(json_of(plan.graph, c));
  if (!plan.stage_energy_uj.empty()) made["stage_energy_uj"] = plan.stage_energy_uj;
  if (plan.setting.send_mw > 0.0)
    made["send_uj_per_byte"] = {plan.send_uj_per_byte(plan.box.low), plan.send_uj_per_byte(plan.box.high)};
  for (const Region& region : regions(plan)) {
    made["regions"].push_back({{"from_bits_per_second", region.from},
                               {"to_bits_per_second", region.to},
                               {"candidate", region.candidate}});
  }
  return made.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace coinfer::plan
