// A trial of one: what may be tried, what would speak against it, the order drawn by lot, and the calendar file.
import { isDate, tell as tellDate, today } from "./diary_dates.js";
import { save } from "./diary_files.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, figure, lang, make, say, settle, tell } from "./diary_making.js";
import { nameOf } from "./diary_names.js";
import { endOf, lastOf } from "./diary_periods.js";

const MOST_SEED = 999_999_999;
const USUAL = 8; // weeks
const form = at("plan");
let diary = null;
let drawn = null;

const chosen = () => form.querySelector("[name=care]:checked")?.value;
const drawLot = () => crypto.getRandomValues(new Uint32Array(1))[0] % (MOST_SEED + 1);

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);
  if (!answer) throw new Error(say("dw_needs_network"));
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.problem ?? say("dw_needs_network"));
}

// Only what belongs to the thing chosen is shown.
function choose() {
  const care = chosen();
  for (const about of form.querySelectorAll(".about")) about.hidden = about.id !== `about-${care}`;
  at("when").hidden = !care;
  const least = Number(form.querySelector("[name=care]:checked")?.dataset.weeks ?? 0);
  const weeks = at("weeks");
  for (const option of weeks.options) option.hidden = option.disabled = Number(option.value) < least;
  if (Number(weeks.value) < least) weeks.value = [...weeks.options].find((option) => !option.disabled).value;
  at("drawn").hidden = true;
  reasons();
}

// A yes shows at once why this is not for now.
function reasons() {
  for (const doubt of form.querySelectorAll(".doubt"))
    doubt.querySelector("[data-reason]").hidden = doubt.querySelector("input:checked")?.value !== "yes";
}

async function draw(event) {
  event?.preventDefault();
  settle();
  at("drawn").hidden = true;
  try {
    const care = settled();
    const seed = Number(at("seed").value);
    const body = { care, start: at("start").value, weeks: Number(at("weeks").value), seed, settled: true, doctor_agreed: true };
    drawn = (await (await post("/diary/plan", body)).json()).plan;
    at("drawn-plan").replaceChildren(...shown(drawn));
    at("drawn").hidden = false;
    at("drawn").focus();
    at("drawn").scrollIntoView({ block: "start" });
  } catch (fault) {
    complain(fault.message, fault.field);
  }
}

// What was answered allows this trial. Answers about health stay in this page.
function settled() {
  const fault = (key, field) => Object.assign(new Error(say(key)), { field });
  const about = at(`about-${chosen()}`);
  if (!about) throw fault("dw_trial_choose", form.querySelector("[name=care]"));
  for (const doubt of about.querySelectorAll(".doubt")) {
    const answer = doubt.querySelector("input:checked")?.value;
    if (!answer) throw fault("dw_trial_answer_all", doubt.querySelector("input"));
    if (answer === "yes") throw fault("dw_trial_not_now", doubt.querySelector("input:checked"));
  }
  const doctor = about.querySelector("[name^=doctor]");
  if (doctor && !doctor.checked) throw fault("dw_trial_doctor_first", doctor);
  if (!isDate(at("start").value)) throw fault("dw_date_wrong", at("start"));
  const seed = at("seed").value.trim();
  if (!/^\d+$/.test(seed) || Number(seed) > MOST_SEED) throw fault("dw_trial_seed_wrong", at("seed"));
  return chosen();
}

function shown(plan) {
  const date = (night) => tellDate(night, lang, { weekday: "short", day: "numeric", month: "short" });
  const rows = plan.periods.map((period, index) =>
    make(
      "tr",
      { class: period.treated ? "treated" : false },
      make("th", { scope: "row" }, figure(index + 1)),
      make("td", {}, say("dw_trial_from_to", { from: date(period.start), to: date(endOf(period)) })),
      make("td", {}, make("b", {}, say(period.treated ? "dw_trial_with" : "dw_trial_without"))),
    ),
  );
  const calendar = async () => {
    settle();
    try {
      save("kram.ics", await (await post("/diary/reminders", { plan })).text(), "text/calendar");
    } catch (fault) {
      complain(fault.message);
    }
  };
  const words = { name: nameOf(plan.care, true), from: date(plan.start), to: date(lastOf(plan)), seed: plan.seed };
  return [
    make("p", {}, say("dw_trial_about", words)),
    make("table", { class: "tight order" }, make("caption", { class: "sr" }, say("dw_trial_order")), make("tbody", {}, rows)),
    make("div", { class: "acts" }, make("button", { type: "button", class: "btn btn--plain", onclick: calendar }, say("dw_trial_calendar"))),
  ];
}

async function keep() {
  settle();
  const other = diary.plans.find((one) => one.start <= lastOf(drawn) && drawn.start <= lastOf(one));
  if (other) {
    complain(say("diary_plans_overlap", { care: nameOf(other.care), start: tellDate(other.start, lang), end: tellDate(lastOf(other), lang) }));
    return;
  }
  try {
    await keeping.putPlan(drawn);
    keeping.hold();
    await refresh();
    form.reset();
    ready();
    tell(say("dw_trial_is_kept"));
    at("kept").focus();
    at("kept").scrollIntoView({ block: "start" });
  } catch (fault) {
    complain(fault.message);
  }
}

// Plans that are still running or to come.
async function refresh() {
  diary = await keeping.read();
  const open = diary.plans.filter((plan) => lastOf(plan) >= today());
  at("kept-plan").replaceChildren(...open.flatMap(shown));
  at("kept").hidden = open.length === 0;
}

// What stands in the form before anything is chosen.
function ready() {
  at("start").value = today();
  at("weeks").value = String(USUAL);
  at("seed").value = drawLot();
  choose();
}

async function start() {
  at("diary").hidden = false;
  ready();
  const wanted = form.querySelector(`[name=care][value="${CSS.escape(location.hash.slice(1))}"]`);
  if (wanted) wanted.checked = true;
  form.addEventListener("change", (event) => (event.target.name === "care" ? choose() : reasons()));
  form.addEventListener("submit", draw);
  at("keep").addEventListener("click", keep);
  choose();
  try {
    await refresh();
  } catch (fault) {
    complain(fault.message);
  }
  document.body.dataset.ready = "yes";
}

start();
