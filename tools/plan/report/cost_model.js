// SPDX-License-Identifier: Apache-2.0
"use strict";

// What a candidate costs, and which one is chosen: tools/plan/cost_model.cpp, operation by operation, so that both
// come to the same choice. `plan`: the JSON of coinfer plan; `now`: perByte (us), roundTrip, wait (us), load, link
// ("warm", "resumable", "cold", "down") and deadline (us, 0: none).

// A sum over the conditions: a constant and one factor for each.
const constant = (value) => [value, 0, 0, 0, 0];
const transfer = (bytes) => [0, bytes, 0, 0, 0];
const scaled = (a, factor) => a.map((part) => part * factor);
const sum = (a, b) => a.map((part, i) => part + b[i]);
const at = (a, now) => a[0] + a[1] * now.perByte + a[2] * now.roundTrip + a[3] * now.wait + a[4] * now.load;

// Of a list of sums, the largest.
const value = (cost, now) => Math.max(...cost.map((part) => at(part, now)));

const usesLink = (candidate) => candidate.offload > 0;

// What opening the link costs; null: it is open.
function opening(plan, link) {
  if (link === "resumable") return plan.resumption;
  return link === "cold" ? plan.handshake : null;
}

// The feature sent when it is complete, and while it is still being computed.
function forms(candidate) {
  return candidate.overlap ? [candidate, candidate.overlap] : [candidate];
}

// From the last byte sent to the answer.
function waiting(candidate, handshake) {
  const wait = [0, 0, 1, 1, candidate.tail_us];
  return handshake ? sum(wait, [handshake.compute_us, 0, handshake.round_trips, 0, 0]) : wait;
}

const known = new Map();  // costs by candidate and link: they are asked for at many bandwidths

function costs(plan, candidate, link) {
  if (!known.has(candidate)) known.set(candidate, {});
  const byLink = known.get(candidate);
  byLink[link] ||= computedCosts(plan, candidate, link);
  return byLink[link];
}

// Worst-case and expected latency in us, energy in uJ.
function computedCosts(plan, candidate, link) {
  if (!usesLink(candidate)) {
    return {
      worst: [constant(candidate.head_us)],
      expected: [constant(candidate.expected_head_us)],
      energy: [constant(candidate.energy_uj)],
    };
  }
  const handshake = opening(plan, link);
  const wait = waiting(candidate, handshake);
  const openingTransfer = transfer(handshake ? handshake.wire_bytes : 0);
  const worst = [];
  const expected = [];
  let mostBytes = 0;
  for (const form of forms(candidate)) {
    const onLink = sum(sum(transfer(form.wire_bytes), openingTransfer), wait);
    const device = form.head_us - candidate.head_us;  // the link starts earlier in the second
    worst.push(sum(constant(form.head_us), onLink));
    expected.push(
      sum(constant(candidate.expected_head_us), scaled(sum(constant(device), onLink), candidate.offload)));
    mostBytes = form.wire_bytes;
  }
  const sending = scaled(sum(transfer(mostBytes), openingTransfer), plan.send_mw / 1000);
  const listening = scaled(wait, plan.wait_mw / 1000);
  const energy = sum(constant(candidate.energy_uj), scaled(sum(sending, listening), candidate.offload));
  return { worst, expected, energy: [energy] };
}

// Smaller is better; compared from the left.
function rank(plan, candidate, now) {
  const cost = costs(plan, candidate, now.link);
  const worst = value(cost.worst, now);
  if (now.deadline !== 0 && worst > now.deadline) return [1, 0, worst];
  if (plan.objective === "energy") return [0, 0, value(cost.energy, now)];
  const inaccuracy = plan.objective === "accuracy" ? 1 - candidate.accuracy : 0;
  return [0, inaccuracy, value(cost.expected, now)];
}

function less(a, b) {
  const i = a.findIndex((part, k) => part !== b[k]);
  return i >= 0 && a[i] < b[i];
}

// The best of those that `allowed` lets pass: its number, -1 where none can answer, and whether it is in time.
function choose(plan, now, allowed = () => true) {
  let best = { candidate: -1, inTime: false };
  let bestRank = null;
  plan.candidates.forEach((candidate, i) => {
    if (!allowed(candidate) || (usesLink(candidate) && now.link === "down")) return;
    const own = rank(plan, candidate, now);
    if (bestRank && !less(own, bestRank)) return;
    bestRank = own;
    best = { candidate: i, inTime: own[0] === 0 };
  });
  return best;
}

// Where the worst-case latency goes, us; the parts of its larger form.
function timeParts(plan, candidate, now) {
  if (!usesLink(candidate)) return [["head", candidate.head_us]];
  const handshake = opening(plan, now.link);
  const sent = (form) => form.head_us + form.wire_bytes * now.perByte;
  const form = forms(candidate).reduce((a, b) => (sent(b) > sent(a) ? b : a));
  const parts = [["head", form.head_us]];
  if (handshake) {
    const us = handshake.compute_us + handshake.round_trips * now.roundTrip + handshake.wire_bytes * now.perByte;
    parts.push(["open", us]);
  }
  parts.push(["send", form.wire_bytes * now.perByte]);
  parts.push(["wait", now.roundTrip + now.wait]);
  parts.push(["tail", now.load * candidate.tail_us]);
  return parts;
}
