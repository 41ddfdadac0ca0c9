// A month of nights as buttons: how many cramps, or a gap where nothing was written down.
import { add, tell, tellNight, today, weekday } from "./diary_dates.js";
import { cramps, figure, lang, make, say } from "./diary_making.js";

const WEEK = 7;
const MONDAY = "2024-01-01"; // any Monday: the names of the weekdays start here

// `month`: "2026-11". `choose(date)` is called with the night that was pressed.
export function calendar(month, nights, chosen, choose) {
  const first = `${month}-01`;
  const days = (how) => Array.from({ length: WEEK }, (_, day) => tell(add(MONDAY, day), lang, { weekday: how }));
  const long = days("long");
  const names = days("narrow").map((name, day) =>
    make("th", { scope: "col" }, make("span", { class: "sr" }, long[day]), make("span", { "aria-hidden": "true" }, name)),
  );
  const weeks = [];
  for (let week = add(first, -weekday(first)); week.slice(0, 7) <= month; week = add(week, WEEK)) {
    const cells = [];
    for (let day = 0; day < WEEK; day += 1) cells.push(cell(add(week, day), month, nights, chosen, choose));
    weeks.push(make("tr", {}, cells));
  }
  const caption = make("caption", { class: "sr" }, tell(first, lang, { month: "long", year: "numeric" }));
  return make("table", { class: "month" }, caption, make("thead", {}, make("tr", {}, names)), make("tbody", {}, weeks));
}

function cell(date, month, nights, chosen, choose) {
  if (date.slice(0, 7) !== month) return make("td");
  const number = String(Number(date.slice(8)));
  const night = nights.get(date);
  if (date > today() && !night) return make("td", { class: "later" }, number); // unless the clock was set back
  const what = night ? cramps(night.cramps) : say("dw_missing");
  const level = !night ? "missing" : night.cramps === 0 ? "none" : night.cramps < 3 ? "some" : "many";
  return make(
    "td",
    {},
    make(
      "button",
      {
        type: "button",
        class: `night night--${level}`,
        "aria-label": `${tellNight(date, lang)}: ${what}`,
        "aria-current": date === chosen ? "date" : false,
        "data-date": date,
        onclick: () => choose(date),
      },
      make("small", {}, number),
      make("b", {}, night ? figure(night.cramps) : "–"),
    ),
  );
}
