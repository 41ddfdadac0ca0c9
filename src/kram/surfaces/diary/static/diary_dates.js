// Calendar dates as text, "2026-11-23": no clock and no time zone, so that neither can move an entry.
const DAY = 86_400_000;
const moment = (date) => Date.parse(`${date}T00:00:00Z`);

export const isDate = (given) =>
  typeof given === "string" && /^\d{4}-\d\d-\d\d$/.test(given) && add(given, 0) === given;

export function add(date, days) {
  const at = moment(date) + days * DAY;
  return Number.isNaN(at) ? "" : new Date(at).toISOString().slice(0, 10);
}

export const apart = (from, to) => Math.round((moment(to) - moment(from)) / DAY);

// 0 Monday to 6 Sunday.
export const weekday = (date) => (new Date(moment(date)).getUTCDay() + 6) % 7;

// What the calendar on the wall says, where the person is now.
export function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

// A night bears the date of the evening on which it began: at any hour "last night" began yesterday.
export const lastNight = () => add(today(), -1);

export const tell = (date, lang, how = { day: "numeric", month: "long" }) =>
  new Intl.DateTimeFormat(lang, { timeZone: "UTC", ...how }).format(new Date(moment(date)));

// "Sun 22 – Mon 23 November", as the language writes a range.
export const tellNight = (date, lang) =>
  new Intl.DateTimeFormat(lang, { timeZone: "UTC", weekday: "short", day: "numeric", month: "long" }).formatRange(
    new Date(moment(date)),
    new Date(moment(add(date, 1))),
  );
