// The form of one night: fields -> entry, and back.
import { at, data, say } from "./diary_making.js";

const { most_cramps, most_minutes } = data.limits;
const MANY = 4; // the last of the big buttons, "4 or more"

export class FormFault extends Error {
  constructor(words, field) {
    super(words);
    this.field = field;
  }
}

const form = at("entry");
const exact = at("exact");
const checked = (name) => form.querySelector(`[name=${name}]:checked`);

const whole = (input, low, high, key) => {
  const typed = input.value.trim();
  if (!/^\d{1,4}$/.test(typed) || Number(typed) < low || Number(typed) > high)
    throw new FormFault(say(key, { given: typed || "–", low, high }), input);
  return Number(typed);
};

// What the form says, for the night of this date. Raises FormFault. `before`: the entry that it changes, if any.
export function readForm(date, before) {
  const tapped = checked("cramps");
  if (!tapped) throw new FormFault(say("dw_choose"), form.querySelector("[name=cramps]"));
  const many = tapped.value === String(MANY);
  const night = { ...before, date, cramps: many ? whole(exact, MANY, most_cramps, "dw_number_wrong") : Number(tapped.value) };
  const worst = checked("worst")?.value;
  const leg = checked("leg")?.value;
  const details = {
    worst: night.cramps && worst ? Number(worst) : undefined,
    minutes: night.cramps && at("minutes").value.trim() ? whole(at("minutes"), 0, most_minutes, "dw_number_wrong") : undefined,
    leg: night.cramps && leg ? leg : undefined,
    day: [...form.querySelectorAll("[name=day]:checked")].map((box) => box.value),
    note: at("note").value.trim() || undefined,
  };
  for (const [name, value] of Object.entries(details)) {
    if (value === undefined || value.length === 0) delete night[name];
    else night[name] = value;
  }
  return night;
}

export function fillForm(night) {
  form.reset();
  if (night) {
    form.querySelector(`[name=cramps][value="${Math.min(night.cramps, MANY)}"]`).checked = true;
    if (night.cramps >= MANY) exact.value = night.cramps;
    for (const name of ["worst", "leg"]) {
      const box = form.querySelector(`[name=${name}][value="${night[name]}"]`);
      if (box) box.checked = true;
    }
    at("minutes").value = night.minutes ?? "";
    at("note").value = night.note ?? "";
    for (const tag of night.day ?? []) form.querySelector(`[name=day][value=${tag}]`).checked = true;
  }
  suit();
}

// Only what applies is asked: how bad it was, if there was a cramp.
export function suit() {
  const cramps = checked("cramps")?.value;
  at("exactly").hidden = cramps !== String(MANY);
  at("about-cramps").hidden = cramps === "0";
}

// A draft survives a reload of this tab; it is nobody's entry until it is saved.
const DRAFT = "kram-diary-draft";
const fields = () => new URLSearchParams(new FormData(form)).toString();

export function rememberDraft(date, basis) {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify({ date, basis, fields: fields() }));
  } catch {
    // no room for a draft: the form itself still holds it
  }
}

export const forgetDraft = () => sessionStorage.removeItem(DRAFT);

export function keptDraft() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT));
  } catch {
    return null;
  }
}

export function fillDraft(draft) {
  form.reset();
  for (const [name, value] of new URLSearchParams(draft.fields)) {
    const field = form.elements[name];
    if (!field) continue;
    const boxes = field instanceof RadioNodeList ? [...field] : [field];
    for (const box of boxes) {
      if (["radio", "checkbox"].includes(box.type)) box.checked ||= box.value === value;
      else box.value = value;
    }
  }
  suit();
}
