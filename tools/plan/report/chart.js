// SPDX-License-Identifier: Apache-2.0
// Latency against bandwidth as SVG, both axes logarithmic.

const columns = 120;  // at which a line is computed

const significant = (number, digits) => String(Number(number.toPrecision(digits)));
const milliseconds = (us) =>
  (us >= 1e5 ? Math.round(us / 1000).toLocaleString("en") : significant(us / 1000, 3)) + " ms";
const bitRate = (bits) =>
  bits >= 1e6 ? significant(bits / 1e6, 3) + " Mbit/s" : significant(bits / 1e3, 3) + " kbit/s";

const deviceOnly = (candidate) => !usesLink(candidate);
const edgeOnly = (candidate) => usesLink(candidate) && candidate.split === 0;

function svg(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

const atBandwidth = (now, bits) => ({ ...now, perByte: 8e6 / bits });

// A single bandwidth lies in the middle.
function bandwidths(plan) {
  const [low, high] = plan.ranges.bits_per_second;
  return low < high ? [low, high] : [low / 2, high * 2];
}

// By rising bandwidth: from where to where the same candidate is the best of those that `allowed` lets pass.
function regionsOf(plan, now, allowed) {
  const [low, high] = bandwidths(plan);
  const chosen = (bits) => choose(plan, atBandwidth(now, bits), allowed).candidate;
  const found = [{ from: low, to: high, candidate: chosen(low) }];
  let before = low;
  for (let i = 1; i <= columns; ++i) {
    const bits = low * (high / low) ** (i / columns);
    const last = found[found.length - 1];
    const candidate = chosen(bits);
    if (candidate !== last.candidate) {
      let [left, right] = [before, bits];
      for (let k = 0; k < 20; ++k) {
        const middle = Math.sqrt(left * right);
        if (chosen(middle) === last.candidate) left = middle;
        else right = middle;
      }
      last.to = right;
      found.push({ from: right, to: high, candidate });
    }
    before = bits;
  }
  return found;
}

// Of one candidate, points [bits per second, us] from one bandwidth to another.
function lineOf(plan, now, candidate, from, to) {
  const [low, high] = bandwidths(plan);
  const inside = Array.from({ length: columns + 1 }, (_, i) => low * (high / low) ** (i / columns));
  const cost = costs(plan, candidate, now.link).worst;
  return [from, ...inside.filter((bits) => bits > from && bits < to), to].map((bits) =>
    [bits, value(cost, atBandwidth(now, bits))]);
}

// Of each candidate, of what is chosen among them, and of what would be on one side alone.
function linesOf(plan, now) {
  const lines = plan.candidates.filter((candidate) => !usesLink(candidate) || now.link !== "down")
    .map((candidate) => ["each", lineOf(plan, now, candidate, ...bandwidths(plan))]);
  const all = { ...plan, candidates: [...plan.candidates, ...plan.baselines] };
  for (const [name, from, allowed] of [["best", plan], ["edge", all, edgeOnly], ["device", all, deviceOnly]]) {
    const found = regionsOf(from, now, allowed).filter(({ candidate }) => candidate >= 0);
    lines.push([name, found.flatMap((region) =>
      lineOf(plan, now, from.candidates[region.candidate], region.from, region.to))]);
  }
  return lines.filter(([, points]) => points.length > 0);
}

// 1, 2 and 5 of each decade, or 1 alone where that would be many.
function ticks(low, high) {
  const made = [];
  const factors = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); ++e) {
    for (const factor of factors) {
      const tick = factor * 10 ** e;
      if (tick >= low && tick <= high) made.push(tick);
    }
  }
  return made;
}

// What lies far above the best is cut off: it would flatten the rest.
function latencyRange(lines, deadline) {
  const all = lines.flatMap(([, points]) => points.map(([, us]) => us)).filter((us) => us > 0);
  const best = lines.filter(([name]) => name === "best").flatMap(([, points]) => points.map(([, us]) => us));
  if (all.length === 0) return [1e3, 1e5];
  let low = Math.min(...all);
  let high = Math.min(Math.max(...all), 20 * Math.max(...best));
  if (deadline > low / 10 && deadline < high * 10) [low, high] = [Math.min(low, deadline), Math.max(high, deadline)];
  return [low / 1.4, high * 1.4];
}

function drawChart(container, plan, now, bandwidth) {
  const width = Math.max(300, container.clientWidth);
  const height = Math.round(Math.min(400, Math.max(260, width * 0.45)));
  const [left, right, top, bottom] = [56, width - 10, 22, height - 40];
  const [low, high] = bandwidths(plan);
  const lines = linesOf(plan, now);
  const [least, most] = latencyRange(lines, now.deadline);
  const x = (bits) => left + (right - left) * (Math.log(bits / low) / Math.log(high / low));
  const y = (us) => bottom - (bottom - top) * (Math.log(us / least) / Math.log(most / least));
  const found = regionsOf(plan, now);
  const describeRegion = ({ from, to, candidate }) =>
    bitRate(from) + " to " + bitRate(to) + ": " + (candidate < 0 ? "no answer" : "#" + candidate);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" });
  picture.setAttribute("aria-label", "Chosen by bandwidth: " + found.map(describeRegion).join("; "));
  const add = (tag, attributes, text) => picture.append(svg(tag, attributes, text));
  const clip = svg("clipPath", { id: "inside" });
  clip.append(svg("rect", { x: left, y: top, width: right - left, height: bottom - top }));
  picture.append(clip);

  found.forEach(({ from, to, candidate }, i) => {
    const wide = x(to) - x(from);
    add("rect", { class: i % 2 ? "region odd" : "region", x: x(from), y: top, width: wide, height: bottom - top });
    if (candidate >= 0 && wide > 24)
      add("text", { class: "number", x: x(from) + wide / 2, y: top - 7, "text-anchor": "middle" }, "#" + candidate);
  });
  for (const us of ticks(least, most)) {
    add("line", { class: "grid", x1: left, x2: right, y1: y(us), y2: y(us) });
    add("text", { x: left - 6, y: y(us) + 4, "text-anchor": "end" }, significant(us / 1000, 2));
  }
  for (const bits of ticks(low, high)) {
    add("line", { class: "grid", x1: x(bits), x2: x(bits), y1: top, y2: bottom });
    add("text", { x: x(bits), y: bottom + 16, "text-anchor": "middle" }, significant(bits / 1e6, 2));
  }
  add("text", { x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }, "bandwidth, Mbit/s");
  add("text", { x: 14, y: (top + bottom) / 2, "text-anchor": "middle",
    transform: `rotate(-90 14 ${(top + bottom) / 2})` }, "latency, ms");
  const plot = svg("g", { "clip-path": "url(#inside)" });
  for (const [name, points] of lines)
    plot.append(svg("polyline", { class: name, points: points.map(([bits, us]) =>
      x(bits).toFixed(1) + "," + y(Math.max(us, least / 2)).toFixed(1)).join(" ") }));
  if (now.deadline > 0)
    plot.append(svg("line", { class: "deadline", x1: left, x2: right, y1: y(now.deadline), y2: y(now.deadline) }));
  picture.append(plot);
  add("line", { class: "now", x1: x(bandwidth), x2: x(bandwidth), y1: top, y2: bottom });
  container.replaceChildren(picture);
  return { regions: found, shown: lines.map(([name]) => name) };
}
