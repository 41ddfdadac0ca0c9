// Every night that was written down, the newest first, as a table.
import { tellNight } from "./diary_dates.js";
import { at, figure, lang, make, say } from "./diary_making.js";

export function showTable(nights, choose) {
  at("table-drawer").hidden = nights.length === 0;
  at("table").replaceChildren(...[...nights].reverse().map((night) => row(night, choose)));
}

function row(night, choose) {
  const change = make("button", { type: "button", class: "linkish", onclick: () => choose(night.date) }, say("dw_change"), make("span", { class: "sr" }, ` ${tellNight(night.date, lang)}`));
  const cell = (key, value) => make("td", { "data-h": say(key), role: "cell" }, value);
  return make(
    "tr",
    { role: "row" },
    make("th", { scope: "row", role: "rowheader" }, tellNight(night.date, lang)),
    cell("dw_cramps", figure(night.cramps)),
    cell("dw_details", details(night) || "–"),
    make("td", { role: "cell", class: "r" }, change),
  );
}

function details(night) {
  return [
    night.worst !== undefined && say("dw_worst_is", { worst: night.worst }),
    night.minutes !== undefined && say("dw_minutes_is", { minutes: figure(night.minutes) }),
    night.leg && say(`dw_leg_${night.leg}`),
    ...(night.day ?? []).map((tag) => say(`dw_day_${tag}`)),
    night.note,
  ]
    .filter(Boolean)
    .join("; ");
}
