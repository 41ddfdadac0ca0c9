// Does it help? After one sentence of consent the nights are sent: dates, counts and what was ticked, never a note.
import { chart } from "./diary_chart.js";
import { FORMAT, VERSION } from "./diary_exchange.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, make, say, settle, tell } from "./diary_making.js";
import { nameOf } from "./diary_names.js";
import { stretches } from "./diary_periods.js";

let diary = null;

// All that leaves this device.
function sent(care) {
  return {
    care,
    diary: {
      format: FORMAT,
      version: VERSION,
      nights: diary.nights.map(({ date, cramps, day }) => ({ date, cramps, ...(day?.length ? { day } : {}) })),
      uses: diary.uses.map(({ care: tried, start, end }) => ({ care: tried, start, ...(end ? { end } : {}) })),
      plans: diary.plans.map(({ care: tried, start, seed, periods }) => ({ care: tried, start, seed, periods })),
    },
  };
}

async function ask(event) {
  event.preventDefault();
  settle();
  at("answer").hidden = true;
  at("back").hidden = true;
  tell(say("dw_working"));
  document.body.setAttribute("aria-busy", "true");
  try {
    const care = at("ask").querySelector("[name=care]:checked").value;
    const answer = await fetch("/diary/answer", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent(care)),
    }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!told) complain(say("dw_needs_network"));
    else if (told.problem) complain(told.problem);
    else show(told);
  } finally {
    document.body.removeAttribute("aria-busy");
    at("told").hidden = true;
  }
}

const ANSWERS = "kram-answers"; // of the assessment in this tab, left here by way.js

// What may go back into the assessment, with the answers it joins; or why it does not.
function takeBack({ response, left_out: why }) {
  const answers = response && answersHere();
  at("response").value = response ? JSON.stringify(response) : "";
  at("state").value = answers ?? "";
  at("take-back").hidden = !response;
  at("back-not").hidden = Boolean(response);
  at("back-not").textContent = response ? "" : say("dw_back_not", { why });
  at("back-here").hidden = !answers;
  at("back-none").hidden = Boolean(answers);
  at("back").hidden = false;
  fits();
}

function answersHere() {
  try {
    const kept = sessionStorage.getItem(ANSWERS);
    return JSON.parse(kept)?.case?.person ? kept : null;
  } catch {
    return null;
  }
}

// A file can only be made of answers that there are.
function fits() {
  at("back-save").hidden = !at("state").value && at("back-case").files.length === 0;
  at("back-go").textContent = say(at("state").value || at("back-case").files.length ? "dw_back_go" : "dw_back_begin");
}

function show({ words, chart: course, ...back }) {
  takeBack(back);
  const told = new DOMParser().parseFromString(words, "text/html");
  at("words").replaceChildren(...document.adoptNode(told.body).childNodes);
  const nights = new Map(course.filter((night) => night.cramps !== null).map((night) => [night.date, night]));
  const curve = new Map(course.filter((night) => night.expected !== null).map((night) => [night.date, night.expected]));
  at("chart").replaceChildren(chart(nights, course[0].date, course.at(-1).date, stretches(course), curve));
  at("answer").hidden = false;
  at("answer").focus();
  at("answer").scrollIntoView({ block: "start" });
}

function offer(cares) {
  at("cares").replaceChildren(
    ...cares.map((care, index) =>
      make("label", { class: "answer" }, make("input", { type: "radio", name: "care", value: care, checked: index === 0 }), make("span", {}, nameOf(care, true))),
    ),
  );
  at("which-care").hidden = cares.length < 2;
  at("consent").textContent = say("dw_consent", { host: location.host });
  at("nothing").hidden = cares.length > 0;
  at("ask").hidden = cares.length === 0;
}

async function start() {
  at("diary").hidden = false;
  at("ask").addEventListener("submit", ask);
  at("back-case").addEventListener("change", fits);
  try {
    diary = await keeping.read();
    const tried = [...diary.plans, ...diary.uses].reverse().map((one) => one.care);
    offer(diary.nights.length ? [...new Set(tried)] : []);
  } catch (fault) {
    complain(fault.message);
  }
  document.body.dataset.ready = "yes";
}

start();
