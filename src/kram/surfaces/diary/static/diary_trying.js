// What is being tried now and what was tried; each can be ended, corrected, or taken out if it was a mistake.
import { Changed } from "./diary_browser.js";
import { lastNight, tell as tellDate, tellNight, today } from "./diary_dates.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, lang, make, say, settle, tell } from "./diary_making.js";
import { nameOf } from "./diary_names.js";
import { endOf, lastOf, placeIn } from "./diary_periods.js";
import { correct, leave, rebase, startForm } from "./diary_use_form.js";

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
  startForm(keep);
}

const line = (care, words, ...buttons) =>
  make("li", {}, make("span", {}, make("b", {}, nameOf(care, true)), make("small", {}, words)), buttons.length > 0 && make("span", { class: "do" }, buttons));

function plan(plan) {
  const words = planned(plan);
  return line(plan.care, words, make("button", { type: "button", class: "linkish", onclick: () => removePlan(plan, words) }, say("dw_use_delete"), make("span", { class: "sr" }, ` ${nameOf(plan.care)}, ${words}`)));
}

// Where a plan stands today.
function planned(plan) {
  const place = placeIn(plan, today());
  if (plan.start > today()) return say("dw_plan_coming", { date: tellDate(plan.start, lang) });
  if (!place) return say("dw_plan_done", { date: tellDate(lastOf(plan), lang) });
  const key = place.period.treated ? "dw_plan_with" : "dw_plan_without";
  return say(key, { date: tellDate(endOf(place.period), lang), number: place.index + 1, of: plan.periods.length });
}

// "since 3 May, still going on", or from when to when.
const when = (use) =>
  use.end
    ? say("dw_tried", { from: tellDate(use.start, lang), to: tellDate(use.end, lang) })
    : say("dw_trying_since", { from: tellDate(use.start, lang) });

function use(use) {
  const end = lastNight() < use.start ? use.start : lastNight();
  const button = (key, onclick) =>
    make("button", { type: "button", class: "linkish", onclick }, say(key), make("span", { class: "sr" }, ` ${nameOf(use.care)}, ${when(use)}`));
  return line(
    use.care,
    when(use),
    !use.end && button("dw_stop", () => keep({ ...use, end }, use, say("dw_stopped", { night: tellNight(end, lang) }))),
    button("dw_use_change", () => correct(use, when(use))),
    button("dw_use_delete", () => remove(use)),
  );
}

async function keep(entry, was, words = say(was ? "dw_use_corrected" : "dw_begun", { name: nameOf(entry.care), when: when(entry), date: tellDate(entry.start, lang) })) {
  await attempt(() => keeping.putUse(entry, was), words);
}

const remove = (use) => takeOut(use, when(use), () => keeping.removeUse(use), (entry) => keeping.putUse(entry, undefined));
const removePlan = (plan, words) => takeOut(plan, words, () => keeping.removePlan(plan), (entry) => keeping.putPlan(entry));

// Taken out at once, with a way back beside the message.
async function takeOut(entry, words, out, put) {
  const undo = () => {
    const { written, ...back } = entry;
    attempt(() => put(back), say("dw_use_undone"));
  };
  const back = make("button", { type: "button", class: "linkish", id: "undo", onclick: undo }, say("dw_undo"));
  await attempt(out, say("dw_use_deleted", { name: nameOf(entry.care), when: words }), back);
}

async function attempt(write, words, ...buttons) {
  settle(at("trying"));
  try {
    await write();
    leave();
    await refresh();
    tell(words, ...buttons);
    at("told").focus({ preventScroll: true });
    at("told").scrollIntoView({ block: "nearest" });
  } catch (fault) {
    if (fault instanceof Changed) {
      if (!fault.entry?.periods) rebase(fault.there ? undefined : fault.entry); // a plan has no form here
      await refresh();
    }
    complain(fault instanceof Changed ? say("dw_use_changed") : fault.message);
  }
}
