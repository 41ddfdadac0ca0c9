// What is being tried now, what was tried, and a form to write it down.
import { isDate, lastNight, tell as tellDate, tellNight, today } from "./diary_dates.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, lang, make, say, settle, tell } from "./diary_making.js";
import { nameOf } from "./diary_names.js";
import { endOf, lastOf, placeIn } from "./diary_periods.js";

let refresh = () => {};
let listening = false;


export function showTrying(diary, again) {
  refresh = again;
  const lines = [...diary.plans.map(plan), ...diary.uses.map(use)].reverse();
  at("trying").replaceChildren(...lines);
  at("trying-none").hidden = lines.length > 0;
  at("to-answer").hidden = lines.length === 0;
  if (listening) return;
  listening = true;
  at("try-start").value = today();
  at("try").addEventListener("submit", begin);
}

const line = (care, words, button) =>
  make("li", {}, make("span", {}, make("b", {}, nameOf(care, true)), make("small", {}, words)), button);

function plan(plan) {
  const place = placeIn(plan, today());
  if (plan.start > today()) return line(plan.care, say("dw_plan_coming", { date: tellDate(plan.start, lang) }));
  if (!place) return line(plan.care, say("dw_plan_done", { date: tellDate(lastOf(plan), lang) }));
  const key = place.period.treated ? "dw_plan_with" : "dw_plan_without";
  return line(plan.care, say(key, { date: tellDate(endOf(place.period), lang), number: place.index + 1, of: plan.periods.length }));
}

function use(use) {
  const from = tellDate(use.start, lang);
  if (use.end) return line(use.care, say("dw_tried", { from, to: tellDate(use.end, lang) }));
  const end = lastNight() < use.start ? use.start : lastNight();
  const stop = make("button", { type: "button", class: "linkish", onclick: () => keep({ ...use, end }, say("dw_stopped", { night: tellNight(end, lang) })) }, say("dw_stop"), make("span", { class: "sr" }, ` ${nameOf(use.care)}`));
  return line(use.care, say("dw_trying_since", { from }), stop);
}

async function keep(entry, words) {
  settle();
  try {
    await keeping.put("uses", entry);
    await refresh();
    tell(words);
  } catch (fault) {
    complain(fault.message);
  }
}

function begin(event) {
  event.preventDefault();
  const start = at("try-start").value;
  if (!isDate(start)) complain(say("dw_date_wrong"), at("try-start"));
  else keep({ care: at("try-care").value, start }, say("dw_begun", { name: nameOf(at("try-care").value), date: tellDate(start, lang) }));
}
