// SPDX-License-Identifier: Apache-2.0
// Puts the choice into words.

const byId = (id) => document.getElementById(id);
const bytes = (count) => count.toLocaleString("en") + " B";
const percent = (fraction) => significant(fraction * 100, 4) + "%";
const millijoules = (uj) => significant(uj / 1000, 3) + " mJ";

// Text only: names come from files of others.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// `number` is what `text` says, for programs.
const datum = (number, text) => make("data", { value: number }, text);

const partNames = { head: "head", open: "opening the link", send: "send", wait: "round trip, queue", tail: "tail" };

const energyKnown = (plan) =>
  plan.send_mw > 0 || plan.wait_mw > 0 || plan.candidates.some((candidate) => candidate.energy_uj > 0);

function titleOf(plan, number) {
  const { split, exit, place } = plan.candidates[number];
  return `#${number}: split ${split}, exit ${exit}, ${place}`;
}

function showVerdict(now, choice, worst) {
  const verdict = byId("verdict");
  if (choice.candidate < 0) {
    verdict.className = "late";
    verdict.textContent = "✗ The link is down, and every candidate needs it.";
  } else if (now.deadline === 0) {
    verdict.className = "";
    verdict.textContent = "No deadline.";
  } else {
    const difference = milliseconds(Math.abs(now.deadline - worst));
    verdict.className = choice.inTime ? "in-time" : "late";
    verdict.textContent = choice.inTime ? `✓ In time, ${difference} to spare.`
      : `✗ Late by ${difference}: nothing is in time, this is the fastest.`;
  }
}

// As wide as the deadline, where that does not make the parts too small.
function showTime(parts, deadline) {
  const total = parts.reduce((before, [, us]) => before + us, 0);
  const shown = deadline > 0 && deadline < 4 * total ? Math.max(deadline, total) : total;
  const segments = parts.map(([name, us]) => {
    const segment = make("div", { class: name }, us > 0.15 * shown ? milliseconds(us) : "");
    segment.style.width = (100 * us) / shown + "%";
    return segment;
  });
  if (deadline > 0 && deadline <= shown) {
    const mark = make("div", { class: "mark" });
    mark.style.left = (100 * deadline) / shown + "%";
    segments.push(mark);
  }
  byId("bar").replaceChildren(...segments);
  byId("parts").replaceChildren(...parts.map(([name, us]) =>
    make("li", { class: name }, partNames[name] + " ", datum(us, milliseconds(us)))));
}

function showFacts(plan, candidate, now, worst) {
  const facts = [
    ["Latency", datum(worst, milliseconds(worst))],
    ["Accuracy", datum(candidate.accuracy, percent(candidate.accuracy))],
    ["On the wire", usesLink(candidate) ? bytes((candidate.overlap || candidate).wire_bytes) : "nothing"],
  ];
  if (energyKnown(plan)) {
    const energy = value(costs(plan, candidate, now.link).energy, now);
    facts.push(["Energy of the device", datum(energy, millijoules(energy))]);
  }
  if ("ram_bytes" in candidate) facts.push(["RAM of the head", bytes(candidate.ram_bytes)]);
  if ("flash_bytes" in candidate) facts.push(["Flash of its constants", bytes(candidate.flash_bytes)]);
  byId("facts").replaceChildren(...facts.map(([name, text]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, text))));
}

function showCandidates(plan, now, chosen) {
  const names = ["#", "split", "exit", "cut", "accuracy", "head", "on the wire", "tail", "latency now"];
  const energy = energyKnown(plan);
  if (energy) names.push("energy now");
  names.push("RAM", "flash");
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
  const rows = plan.candidates.map((candidate, i) => {
    const possible = !usesLink(candidate) || now.link !== "down";
    const cost = costs(plan, candidate, now.link);
    const worst = possible ? value(cost.worst, now) : NaN;
    const late = now.deadline > 0 && worst > now.deadline ? ", late" : "";
    const cells = [
      i, candidate.split, candidate.exit, candidate.place, percent(candidate.accuracy),
      milliseconds(candidate.head_us), bytes((candidate.overlap || candidate).wire_bytes),
      usesLink(candidate) ? milliseconds(candidate.tail_us) : "", possible ? milliseconds(worst) + late : "no link",
    ];
    if (energy) cells.push(possible ? millijoules(value(cost.energy, now)) : "");
    cells.push(...["ram_bytes", "flash_bytes"].map((name) => (name in candidate ? bytes(candidate[name]) : "")));
    return make("tr", i === chosen ? { "aria-current": "true" } : {}, ...cells.map((cell) => make("td", {}, cell)));
  });
  byId("candidates").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
}

function showChart(plan, now, bandwidth) {
  const { regions, shown } = drawChart(byId("chart"), plan, now, bandwidth);
  for (const name of ["device", "edge", "best"])
    document.querySelector("#legend ." + name).hidden = !shown.includes(name);
  document.querySelector("#legend .deadline").hidden = now.deadline === 0;
  byId("regions").replaceChildren(...regions.map(({ from, to, candidate }) => make("div", {},
    `${bitRate(from)} to ${bitRate(to)}: ` + (candidate < 0 ? "no answer" : titleOf(plan, candidate)))));
}

function show(plan, state) {
  const now = conditionsOf(state);
  const choice = choose(plan, now);
  const candidate = plan.candidates[choice.candidate];
  const worst = candidate ? value(costs(plan, candidate, now.link).worst, now) : NaN;
  byId("choice").textContent = candidate ? titleOf(plan, choice.candidate) : "No answer";
  showVerdict(now, choice, worst);
  byId("time").hidden = byId("facts").hidden = !candidate;
  if (candidate) {
    showTime(timeParts(plan, candidate, now), now.deadline);
    showFacts(plan, candidate, now, worst);
  }
  showCandidates(plan, now, choice.candidate);
  showChart(plan, now, state.bandwidth);
}

const objectives = {
  latency: "least latency",
  accuracy: "most accuracy in time, then least latency",
  energy: "least energy in time",
};

function start() {
  const plan = JSON.parse(byId("plan").textContent);
  document.title = "Where to cut " + plan.model;
  byId("model").textContent = plan.model;
  byId("summary").textContent = `Planned for ${objectives[plan.objective]}: ${plan.candidates.length} of ` +
    `${plan.considered} ways to answer are worth choosing from, a table of ${bytes(plan.bytes)}.`;
  byId("provenance").textContent = `${plan.provenance}. Table version ${plan.version}, model ${plan.identity}.`;
  const quantities = quantitiesOf(plan);
  let state;
  connectControls(quantities, () => stateOf(plan, quantities, location.hash), (changed) => {
    state = changed;
    show(plan, state);
  });
  new ResizeObserver(() => showChart(plan, conditionsOf(state), state.bandwidth)).observe(byId("chart"));
}

start();
