// The page of the diary: one night at a time, the month, the bars, what is tried, and the file.
import { calendar } from "./diary_calendar.js";
import { chart } from "./diary_chart.js";
import { Changed } from "./diary_browser.js";
import { add, isDate, lastNight, tell as tellDate, tellNight, today } from "./diary_dates.js";
import { fillDraft, fillForm, forgetDraft, FormFault, keptDraft, readForm, rememberDraft, suit } from "./diary_form.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, cramps, lang, make, say, settle, tell } from "./diary_making.js";
import { periodsOf } from "./diary_periods.js";
import { showTable } from "./diary_table.js";
import { showTrying } from "./diary_trying.js";
import { startFiles } from "./diary_files.js";

const SHOWN = 42; // nights in the chart
const form = at("entry");
let diary = null;
let nights = new Map();
let date = lastNight(); // the night in the form
let month = date.slice(0, 7);
let basis; // when the version in the form was written
let dirty = false;
let calendarDay = today();

async function refresh() {
  diary = await keeping.read();
  nights = new Map(diary.nights.map((night) => [night.date, night]));
  showAll();
}

// The same, and the form follows if nothing is being typed.
async function reload() {
  const before = basis;
  await refresh();
  if (!dirty) fillForm(nights.get(date));
  show();
  if (dirty) basis = before;
}

function showAll() {
  showMonth();
  const from = add(today(), 1 - SHOWN);
  at("chart").replaceChildren(nights.size ? chart(nights, from, today(), periodsOf(diary, from, today())) : make("p", { class: "quiet" }, say("dw_no_nights")));
  showTable(diary.nights, (chosen) => choose(chosen, true));
  showTrying(diary, reload);
}

// Today; or the last night written down, should the clock have been set back.
function latest() {
  const last = diary?.nights.at(-1)?.date ?? "";
  return last > today() ? last : today();
}

function showMonth() {
  at("month-name").textContent = tellDate(`${month}-01`, lang, { month: "long", year: "numeric" });
  at("month-later").disabled = month >= latest().slice(0, 7);
  at("month").replaceChildren(calendar(month, nights, date, (chosen) => choose(chosen, true)));
}

// A night comes into the form. What was typed for another night and not saved stays: it is asked about first.
function choose(chosen, scroll = false) {
  if (dirty && chosen !== date) {
    const go = () => {
      dirty = false;
      choose(chosen, scroll);
    };
    tell(say("dw_unsaved", { night: tellNight(date, lang) }), make("button", { type: "button", class: "linkish", onclick: go }, say("dw_leave_it")));
    at("told").scrollIntoView({ block: "nearest" });
    return;
  }
  date = chosen;
  month = date.slice(0, 7);
  settle();
  at("told").hidden = true;
  fillForm(nights.get(date));
  forgetDraft();
  dirty = false;
  show();
  showMonth();
  if (scroll) {
    at("entry").scrollIntoView({ block: "start" });
    at("heading").focus({ preventScroll: true });
  }
}

// The heading and buttons that belong to the night in the form.
function show() {
  const night = nights.get(date);
  basis = night?.written;
  at("heading").textContent = say(date === lastNight() ? "dw_question" : date === today() ? "dw_question_tonight" : "dw_question_other");
  at("which").textContent = tellNight(date, lang);
  at("later").disabled = date >= latest();
  at("save").textContent = say(night ? "dw_save_change" : "dw_save");
  at("delete").hidden = !night;
}

async function save(event) {
  event.preventDefault();
  settle();
  try {
    const night = readForm(date, nights.get(date));
    await keeping.putNight(night, basis);
    dirty = false;
    forgetDraft();
    await refresh();
    show();
    tell(say("dw_saved", { night: tellNight(date, lang), cramps: cramps(night.cramps) }));
    keeping.hold();
  } catch (fault) {
    failed(fault);
  }
}

async function remove() {
  settle();
  const night = nights.get(date);
  try {
    await keeping.removeNight(date, basis);
    dirty = false;
    forgetDraft();
    await refresh();
    choose(date);
    const { written, ...content } = night;
    const undo = async () => {
      try {
        await keeping.putNight(content, undefined);
        await refresh();
        choose(content.date);
        tell(say("dw_undone"));
      } catch (fault) {
        failed(fault);
      }
    };
    tell(say("dw_deleted", { night: tellNight(date, lang) }), make("button", { type: "button", class: "linkish", id: "undo", onclick: undo }, say("dw_undo")));
  } catch (fault) {
    failed(fault);
  }
}

function failed(fault) {
  if (fault instanceof Changed) {
    basis = fault.entry?.written; // pressed again, it takes the other's place knowingly
    complain(`${fault.message} ${say(fault.entry ? "dw_changed_now" : "dw_changed_gone", { cramps: cramps(fault.entry?.cramps ?? 0) })}`);
  } else complain(fault.message, fault instanceof FormFault ? fault.field : undefined);
  if (!(fault instanceof FormFault) && !fault.message) throw fault;
}

// Another window has written, or the day has changed while this one was in the background.
async function follow() {
  try {
    if (calendarDay !== today()) {
      calendarDay = today();
      if (!dirty) date = lastNight();
    }
    await reload();
  } catch (fault) {
    failed(fault);
  }
}

function listen() {
  form.addEventListener("submit", save);
  form.addEventListener("input", () => {
    dirty = true;
    suit();
    rememberDraft(date, basis);
  });
  at("delete").addEventListener("click", remove);
  at("earlier").addEventListener("click", () => choose(add(date, -1)));
  at("later").addEventListener("click", () => choose(add(date, 1)));
  const turn = (days) => () => {
    month = add(`${month}-15`, days).slice(0, 7);
    showMonth();
  };
  at("month-earlier").addEventListener("click", turn(-30));
  at("month-later").addEventListener("click", turn(30));
  const drawer = at("more");
  drawer.open = localStorage.getItem("kram-diary-more") === "open";
  drawer.addEventListener("toggle", () => localStorage.setItem("kram-diary-more", drawer.open ? "open" : "closed"));
  keeping.onchange(follow);
}

async function start() {
  at("diary").hidden = false;
  listen();
  startFiles(() => diary, reload);
  try {
    const draft = keptDraft();
    await refresh();
    choose(date);
    if (draft && isDate(draft.date)) {
      date = draft.date;
      month = date.slice(0, 7);
      fillDraft(draft);
      dirty = true;
      show();
      basis = draft.basis;
      showMonth();
    }
  } catch (fault) {
    failed(fault);
  }
  document.body.dataset.ready = "yes";
}

start();
