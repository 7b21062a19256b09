// SPDX-License-Identifier: Apache-2.0
// The conditions that the reader sets. They stay in the address after '#', so that a link to the report takes them
// along: #bandwidth=5000000&rtt=20000&wait=0&load=1&deadline=50000&link=warm (bit/s, us).

const steps = 1000;  // of a slider

// Of one quantity: between which values, what unit is shown, whether each decade takes as much of the slider.
function quantity(range, unit, scale) {
  const [low, high] = range;
  const log = low > 0 && high / low >= 10;
  return {
    low, high, unit, scale,
    fromSlider(position) {
      if (position === steps) return high;  // exactly
      const part = position / steps;
      return log ? low * (high / low) ** part : low + (high - low) * part;
    },
    toSlider(value) {
      if (high <= low) return 0;
      const part = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
      return Math.round(steps * Math.min(1, Math.max(0, part)));
    },
    clamped: (value) => Math.min(high, Math.max(low, value)),
  };
}

// From the fastest answer under the best conditions to the slowest under the worst; the slider's end is "none".
function deadlineQuantity(plan, deadline) {
  const { bits_per_second: bits, round_trip_us: roundTrip, wait_us: wait, load } = plan.ranges;
  const times = [];
  for (const end of [0, 1]) {
    const now = { perByte: 8e6 / bits[1 - end], roundTrip: roundTrip[end], wait: wait[end], load: load[end] };
    for (const candidate of plan.candidates) times.push(value(costs(plan, candidate, "warm").worst, now));
  }
  if (deadline > 0) times.push(deadline);
  const low = Math.max(1, Math.min(...times) / 2);
  const made = quantity([low, Math.max(2 * low, Math.min(1e9, 2 * Math.max(...times)))], "ms", 1e3);
  return {
    ...made,
    fromSlider: (position) => (position === steps ? 0 : made.fromSlider(position)),
    toSlider: (us) => (us === 0 ? steps : Math.min(steps - 1, made.toSlider(us))),
    clamped: (us) => (us > 0 ? Math.min(1e9, Math.max(1, us)) : 0),
  };
}

function quantitiesOf(plan) {
  return {
    bandwidth: quantity(plan.ranges.bits_per_second, "Mbit/s", 1e6),
    rtt: quantity(plan.ranges.round_trip_us, "ms", 1e3),
    wait: quantity(plan.ranges.wait_us, "ms", 1e3),
    load: quantity(plan.ranges.load, "times", 1),
    deadline: deadlineQuantity(plan, plan.deadline_us),
  };
}

const linkStates = ["warm", "resumable", "cold", "down"];

// What the table was planned for: a middling bandwidth, everything else at its best.
function initialState(plan) {
  const { bits_per_second: bits, round_trip_us: roundTrip, wait_us: wait, load } = plan.ranges;
  const bandwidth = Math.sqrt(bits[0] * bits[1]);
  return { bandwidth, rtt: roundTrip[0], wait: wait[0], load: load[0], deadline: plan.deadline_us, link: "warm" };
}

// What the address does not say, or says wrongly, is as at the beginning.
function stateOf(plan, quantities, fragment) {
  const state = initialState(plan);
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  for (const [name, { clamped }] of Object.entries(quantities)) {
    const number = given.get(name) ? Number(given.get(name)) : NaN;
    if (Number.isFinite(number)) state[name] = clamped(number);
  }
  if (linkStates.includes(given.get("link"))) state.link = given.get("link");
  return state;
}

const fragmentOf = (state) => "#" + new URLSearchParams(state).toString();

// As the cost model has them.
function conditionsOf({ bandwidth, rtt, wait, load, deadline, link }) {
  return { perByte: 8e6 / bandwidth, roundTrip: rtt, wait, load, deadline, link };
}

// `changed(state)`: at every movement; the address follows when a movement ends.
function connectControls(quantities, readState, changed) {
  let state = readState();
  const controls = Object.keys(quantities).map((name) => [
    name, document.getElementById(name), document.getElementById(name + "-number"),
  ]);
  const link = document.getElementById("link");

  function show(except) {
    for (const [name, slider, number] of controls) {
      const { scale, unit, toSlider } = quantities[name];
      const none = name === "deadline" && state.deadline === 0;
      const shown = none ? "" : String(Number((state[name] / scale).toPrecision(4)));
      if (slider !== except) slider.value = toSlider(state[name]);
      if (number !== except) number.value = shown;
      slider.setAttribute("aria-valuetext", none ? "none" : shown + " " + unit);
    }
    link.value = state.link;
    changed(state);
  }

  for (const [name, slider, number] of controls) {
    const { low, high, scale, fromSlider, clamped } = quantities[name];
    slider.max = steps;
    slider.disabled = number.disabled = low === high;
    slider.addEventListener("input", () => {
      state = { ...state, [name]: fromSlider(Number(slider.value)) };
      show(slider);
    });
    number.addEventListener("input", () => {
      if (number.value === "" && name !== "deadline") return;
      state = { ...state, [name]: clamped(Number(number.value) * scale) };
      show(number);
    });
    number.addEventListener("change", () => show());
  }
  link.addEventListener("input", () => {
    state = { ...state, link: link.value };
    show();
  });
  document.addEventListener("change", () => history.replaceState(null, "", fragmentOf(state)));
  addEventListener("hashchange", () => {
    state = readState();
    show();
  });
  show();
}
