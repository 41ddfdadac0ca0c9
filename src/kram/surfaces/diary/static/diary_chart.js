// The nights as bars, six weeks a row, so that a phone shows them without scrolling sideways. Lengths are per cent.
import { add, apart, tell } from "./diary_dates.js";
import { cramps, draw, figure, lang, make, say } from "./diary_making.js";

const ROW = 42; // nights
const TOP = 30;
const GROUND = 122;
const TALLEST = 6; // cramps that fill the height, unless there are more

const part = (night) => `${(100 * night) / ROW}%`;

// `nights`: date -> entry. `periods`: [{from, to, on}], both nights included; `on`: with what is being tried.
// `curve`: date -> cramps that the calculation expects.
export function chart(nights, from, to, periods = [], curve = new Map()) {
  const most = Math.max(TALLEST, ...[...nights.values()].map((night) => night.cramps));
  const rows = [];
  for (let first = from; first <= to; first = add(first, ROW)) {
    const last = add(first, ROW - 1) < to ? add(first, ROW - 1) : to;
    rows.push(row(nights, first, last, periods, most, curve));
  }
  return make("figure", { class: "nights" }, rows, legend(periods.length > 0, curve.size > 0));
}

function row(nights, first, last, periods, most, curve) {
  const svg = draw("svg", { class: "nights__row", role: "img", "aria-label": summary(nights, first, last) });
  for (const period of periods) svg.append(...shade(period, first, last));
  const height = (count) => ((GROUND - TOP) * count) / most;
  for (const count of [Math.ceil(most / 2), most]) {
    const y = GROUND - height(count);
    svg.append(draw("line", { class: "grid", x1: 0, x2: "100%", y1: y, y2: y }));
  }
  svg.append(draw("line", { class: "ground", x1: 0, x2: "100%", y1: GROUND, y2: GROUND }));
  for (let index = 0; index <= apart(first, last); index += 1) {
    const night = nights.get(add(first, index));
    const middle = part(index + 0.5);
    if (!night) svg.append(draw("line", { class: "missing", x1: part(index + 0.2), x2: part(index + 0.8), y1: GROUND + 7, y2: GROUND + 7 }));
    else if (night.cramps === 0) svg.append(draw("circle", { class: "none", cx: middle, cy: GROUND - 5, r: 2.6 }));
    else {
      const tall = height(night.cramps);
      svg.append(draw("rect", { class: "some", x: part(index + 0.14), width: part(0.72), y: GROUND - tall, height: tall, rx: 1 }));
    }
  }
  svg.append(
    ...steps(curve, first, last, (count) => GROUND - height(Math.min(count, most))),
    draw("text", { class: "scale", x: 2, y: GROUND - height(most) - 4 }, figure(most)),
    draw("text", { x: 0, y: GROUND + 26 }, tell(first, lang, { day: "numeric", month: "short" })),
  );
  if (apart(first, last) > 20)
    svg.append(draw("text", { x: part(apart(first, last) + 1), y: GROUND + 26, "text-anchor": "end" }, tell(last, lang, { day: "numeric", month: "short" })));
  return svg;
}

// One short line a night: what the calculation expects, as steps, since a length in per cent cannot be a path.
function steps(curve, first, last, y) {
  const lines = [];
  for (let index = 0; index <= apart(first, last); index += 1) {
    const expected = curve.get(add(first, index));
    if (expected !== undefined) lines.push(draw("line", { class: "expected", x1: part(index), x2: part(index + 1), y1: y(expected), y2: y(expected) }));
  }
  return lines;
}

function shade(period, first, last) {
  const start = Math.max(0, apart(first, period.from));
  const end = Math.min(apart(first, last), apart(first, period.to)) + 1;
  if (end <= start) return [];
  const size = { x: part(start + 0.06), width: part(end - start - 0.12) };
  const strip = draw("rect", { class: period.on ? "with" : "without", ...size, y: 2, height: 9, rx: 2 });
  return period.on ? [draw("rect", { class: "shade", ...size, y: 11, height: GROUND - 11 }), strip] : [strip];
}

function summary(nights, first, last) {
  const values = [...nights.values()].filter((night) => first <= night.date && night.date <= last);
  return say("dw_chart_words", {
    from: tell(first, lang),
    to: tell(last, lang),
    nights: figure(values.length),
    missing: figure(apart(first, last) + 1 - values.length),
    cramps: cramps(values.reduce((sum, night) => sum + night.cramps, 0)),
  });
}

function legend(periods, curve) {
  const sign = (...drawn) => draw("svg", { viewBox: "0 0 18 18", "aria-hidden": "true", focusable: "false" }, drawn);
  const line = (picture, words) => make("li", {}, picture, make("span", {}, words));
  return make(
    "figcaption",
    {},
    make(
      "ul",
      { class: "key" },
      line(sign(draw("rect", { class: "some", x: 6, y: 3, width: 6, height: 13, rx: 1 })), say("dw_key_some")),
      line(sign(draw("circle", { class: "none", cx: 9, cy: 11, r: 2.6 })), say("dw_key_none")),
      line(sign(draw("line", { class: "missing", x1: 5, x2: 13, y1: 11, y2: 11 })), say("dw_key_missing")),
      periods && line(sign(draw("rect", { class: "with", x: 1, y: 5, width: 16, height: 9, rx: 2 })), say("dw_key_with")),
      periods && line(sign(draw("rect", { class: "without", x: 1, y: 5, width: 16, height: 9, rx: 2 })), say("dw_key_without")),
      curve && line(sign(draw("line", { class: "expected", x1: 1, x2: 17, y1: 9, y2: 9 })), say("dw_key_expected")),
    ),
  );
}
