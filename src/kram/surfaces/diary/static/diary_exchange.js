// The diary as a file: the same JSON that `kram diary export` writes and `kram diary import` reads.
// Reading is strict; the first fault is told in one sentence. Fields that are not ours are kept.
import { isDate } from "./diary_dates.js";
import { data, say } from "./diary_making.js";

export const FORMAT = "kram-diary";
export const VERSION = 1;
export const LISTS = ["nights", "uses", "plans", "removed", "removed_uses", "removed_plans"];
const EARLIEST = "1970-01-01T00:00:00Z"; // of what does not say when it was written
const { legs, tags, most_cramps, worst, most_minutes, longest_note, largest, longest_plan } = data.limits;

export const empty = () => ({ ...Object.fromEntries(LISTS.map((list) => [list, []])), extra: {} });

export class DiaryFault extends Error {}

const shown = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
};
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const whole = (low, high) => (value) => Number.isInteger(value) && low <= value && value <= high;
const named = (value) => typeof value === "string" && /^[\p{L}\p{N}_]{1,80}$/u.test(value);
const moment = (value) =>
  typeof value === "string" && /T.*(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));
const when = [moment, "2026-11-23T20:00:00Z"];
const day = [isDate, "2026-11-23"];
const care = [named, "bedtime_stretching"];

// What each field may be: a test, what would be right, and whether it must be there.
const FIELDS = {
  nights: {
    date: [...day, true],
    cramps: [whole(0, most_cramps), `0-${most_cramps}`, true],
    worst: [whole(0, worst), `0-${worst}`],
    minutes: [whole(0, most_minutes), `0-${most_minutes}`],
    leg: [(value) => legs.includes(value), legs.join(", ")],
    day: [
      (value) => Array.isArray(value) && value.every((tag) => tags.includes(tag)) && new Set(value).size === value.length,
      tags.join(", "),
    ],
    note: [(value) => typeof value === "string" && [...value].length <= longest_note, `<= ${longest_note}`],
    written: when,
  },
  uses: { care: [...care, true], start: [...day, true], end: day, written: when },
  plans: {
    care: [...care, true],
    start: [...day, true],
    seed: [whole(0, 2 ** 53), `0-${2 ** 53}`, true],
    periods: [(value) => Array.isArray(value) && value.every(isPeriod), "[{start, nights, treated}]", true],
    written: when,
  },
  removed: { date: [...day, true], written: when },
  removed_uses: { care: [...care, true], start: [...day, true], written: when },
  removed_plans: { care: [...care, true], start: [...day, true], written: when },
};

const isPeriod = (value) =>
  isObject(value) && isDate(value.start) && Number.isInteger(value.nights) && typeof value.treated === "boolean";

export function readFile(text) {
  if (text.length > largest) throw new DiaryFault(say("diary_file_too_large", { most: largest / 1_000_000 }));
  let content;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (fault) {
    throw new DiaryFault(say("diary_not_json", { problem: fault.message }));
  }
  if (!isObject(content) || content.format !== FORMAT) throw new DiaryFault(say("diary_not_diary", { format: FORMAT }));
  return readContent(content);
}

export function readContent(content) {
  const { version } = content;
  if (!Number.isInteger(version) || version < 1)
    throw new DiaryFault(say("diary_version_unreadable", { given: shown(version), version: VERSION }));
  if (version > VERSION) throw new DiaryFault(say("diary_newer", { given: version, version: VERSION }));
  const diary = empty();
  for (const list of LISTS) diary[list] = entries(list, list in content ? content[list] : []);
  const ours = ["format", "version", ...LISTS];
  const extra = Object.fromEntries(Object.entries(content).filter(([name]) => !ours.includes(name)));
  return { ...diary, extra };
}

function entries(list, given) {
  if (!Array.isArray(given)) throw new DiaryFault(say("diary_not_a_list", { list, given: shown(given) }));
  given.forEach((entry, index) => check(list, `${list}[${index}]`, entry));
  return given.map((entry) => ({ written: EARLIEST, ...clean(entry) }));
}

// An empty field is no field.
const clean = (entry) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));

function check(list, where, entry) {
  if (!isObject(entry)) throw new DiaryFault(say("diary_not_an_entry", { where, given: shown(entry) }));
  for (const [field, [fits, wanted, needed]] of Object.entries(FIELDS[list])) {
    const value = entry[field] ?? null;
    if (value === null ? needed : !fits(value))
      throw new DiaryFault(say("diary_value", { where, field, given: shown(value), wanted }));
  }
  if (list === "uses" && entry.end && entry.end < entry.start)
    throw new DiaryFault(say("diary_ends_before", { where, start: entry.start, end: entry.end }));
  if (list === "plans" && !inARow(entry)) throw new DiaryFault(say("diary_plan_broken", { where, most: longest_plan }));
}

function inARow(plan) {
  let nights = 0;
  for (const period of plan.periods) {
    const place = (Date.parse(period.start) - Date.parse(plan.start)) / 86_400_000;
    if (period.nights < 1 || nights > longest_plan || place !== nights) return false;
    nights += period.nights;
  }
  return 0 < nights && nights <= longest_plan;
}

export function writeFile(diary) {
  const lists = Object.fromEntries(LISTS.map((list) => [list, diary[list]]));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...lists, ...diary.extra }, null, 2)}\n`;
}
