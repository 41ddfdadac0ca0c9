// Two diaries become one: of two versions of an entry the one written later stays, and nothing else is lost.
import { LISTS } from "./diary_exchange.js";

const KEYS = {
  nights: (entry) => entry.date,
  uses: (entry) => `${entry.start} ${entry.care}`,
  plans: (entry) => `${entry.start} ${entry.care}`,
  removed: (entry) => entry.date,
  removed_uses: (entry) => `${entry.start} ${entry.care}`,
  removed_plans: (entry) => `${entry.start} ${entry.care}`,
};
const REMOVALS = { nights: "removed", uses: "removed_uses", plans: "removed_plans" };
export const keyOf = (list, entry) => KEYS[list](entry);

const BLANK = { nights: { worst: null, minutes: null, leg: null, day: [], note: null }, uses: { end: null }, plans: {}, removed: {}, removed_uses: {}, removed_plans: {} };
const KNOWN = {
  nights: ["date", "cramps", "worst", "minutes", "leg", "day", "note"],
  uses: ["care", "start", "end"],
  plans: ["care", "start", "seed", "periods"],
  removed: ["date"],
  removed_uses: ["care", "start"],
  removed_plans: ["care", "start"],
};

// A time as text that sorts; a program may have written millionths of a second.
export function stamp(written) {
  const part = (/\.(\d+)/.exec(written)?.[1] ?? "").padEnd(6, "0").slice(0, 6);
  return `${new Date(Date.parse(written)).toISOString().slice(0, 19)}.${part}`;
}

// Later than what it takes the place of, even if the clock was set back in between.
export function writtenNow(before) {
  const now = Date.now();
  return new Date(before ? Math.max(now, Date.parse(before) + 1) : now).toISOString();
}

const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === "object"
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
      : value;

// What an entry says, without when it was written: of versions of one moment the same one wins on every machine.
function content(list, entry) {
  const { written, ...said } = { ...BLANK[list], ...entry };
  const own = Object.fromEntries(KNOWN[list].map((name) => [name, said[name]]));
  const extra = Object.fromEntries(Object.entries(said).filter(([name]) => !KNOWN[list].includes(name)));
  return JSON.stringify(sorted(list.startsWith("removed") ? own : { ...own, extra }));
}

function newer(list, one, other) {
  const [first, second] = [stamp(one.written), stamp(other.written)];
  return first === second ? content(list, one) > content(list, other) : first > second;
}

function latest(list, given) {
  const found = new Map();
  for (const entry of given) {
    const key = keyOf(list, entry);
    if (!found.has(key) || newer(list, entry, found.get(key))) found.set(key, entry);
  }
  return found;
}

// Each entry once, the latest version of it, in order; a removal counts as a version of its entry.
export function tidy(diary) {
  const found = Object.fromEntries(LISTS.map((list) => [list, latest(list, diary[list])]));
  for (const [list, removals] of Object.entries(REMOVALS))
    for (const [key, removal] of found[removals]) {
      const entry = found[list].get(key);
      if (!entry) continue;
      if (stamp(removal.written) > stamp(entry.written)) found[list].delete(key);
      else found[removals].delete(key);
    }
  const ordered = (map) => [...map].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
  return { ...Object.fromEntries(LISTS.map((list) => [list, ordered(found[list])])), extra: diary.extra };
}

// `counts`: of the nights that came, how many are new, took an older one's place, were there, gave way.
export function merge(given, other) {
  const mine = tidy(given);
  const diary = tidy({
    ...Object.fromEntries(LISTS.map((list) => [list, [...mine[list], ...other[list]]])),
    extra: { ...other.extra, ...mine.extra },
  });
  const here = new Map(mine.nights.map((night) => [night.date, content("nights", night)]));
  const now = new Map(diary.nights.map((night) => [night.date, content("nights", night)]));
  const gone = new Set(mine.removed.map((removal) => removal.date));
  const counts = { added: 0, replaced: 0, same: 0, older: 0 };
  for (const night of tidy(other).nights) {
    const came = content("nights", night);
    if (here.get(night.date) === came) counts.same += 1;
    else if (now.get(night.date) !== came) counts.older += 1;
    else if (here.has(night.date) || gone.has(night.date)) counts.replaced += 1;
    else counts.added += 1;
  }
  return { diary, counts };
}
