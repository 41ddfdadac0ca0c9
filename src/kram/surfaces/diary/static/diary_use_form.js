// The form that writes down what is being tried, and since when; or corrects what was written down by mistake.
import { isDate, tell as tellDate, today } from "./diary_dates.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, lang, say, settle } from "./diary_making.js";
import { nameOf } from "./diary_names.js";

let was; // the use that is being corrected
const form = at("try");

// `keep(entry, was)` writes it down.
export function startForm(keep) {
  leave();
  form.addEventListener("submit", (event) => submit(event, keep));
  at("try-leave").addEventListener("click", () => {
    leave();
    form.closest("details").open = false;
  });
}

// Puts a use into the form. Something that this kram does not know stays what it is.
export function correct(use, when) {
  settle(at("trying"));
  was = use;
  const known = [...at("try-care").options].some((option) => option.value === use.care);
  if (known) at("try-care").value = use.care;
  at("try-care").closest("label").hidden = !known;
  at("try-start").value = use.start;
  at("try-end").value = use.end ?? "";
  at("try-correcting").textContent = say("dw_use_correcting", { name: nameOf(use.care), when });
  shape();
  form.closest("details").open = true;
  form.scrollIntoView({ block: "center" });
  (known ? at("try-care") : at("try-start")).focus({ preventScroll: true });
}

// Somebody else has changed it: pressed again, this takes the place of what is there now, knowingly.
export function rebase(entry) {
  if (was) was = entry;
  shape();
}

export function leave() {
  was = undefined;
  form.reset();
  at("try-care").closest("label").hidden = false;
  at("try-start").value = today();
  shape();
}

function shape() {
  at("try-correcting").hidden = at("try-leave").hidden = !was;
  at("try-about").hidden = Boolean(was);
  at("try-keep").textContent = say(was ? "dw_save_change" : "dw_try_keep");
}

async function submit(event, keep) {
  event.preventDefault();
  settle(form);
  const [start, end] = [at("try-start").value, at("try-end").value];
  const care = at("try-care").closest("label").hidden ? was.care : at("try-care").value;
  if (!isDate(start)) return complain(say("dw_date_wrong"), at("try-start"));
  if (at("try-end").validity.badInput || (end && !isDate(end))) return complain(say("dw_date_wrong"), at("try-end"));
  if (end && end < start) return complain(say("dw_ends_before"), at("try-end"));
  const same = (use) => use.care === care && use.start === start;
  if (!(was && same(was)) && (await uses()).some(same))
    return complain(say("dw_use_there", { name: nameOf(care, true), date: tellDate(start, lang) }), at("try-start"));
  const { end: _end, written: _written, ...kept } = was ?? {};
  return keep({ ...kept, care, start, ...(end && { end }) }, was);
}

// What the diary holds now; should it not answer, writing will say so.
const uses = async () => (await keeping.read().catch(() => ({ uses: [] }))).uses;
