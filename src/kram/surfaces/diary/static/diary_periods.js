// What was being tried on which nights: the periods of a plan, or what the person wrote down.
import { add } from "./diary_dates.js";

export const endOf = (period) => add(period.start, period.nights - 1);
export const lastOf = (plan) => endOf(plan.periods.at(-1));

// Between two nights: [{from, to, on}], `on` with anything that was tried, else without, where a plan says so.
export function periodsOf(diary, first, last) {
  const planned = diary.plans.flatMap((plan) => plan.periods.map((one) => ({ from: one.start, to: endOf(one), on: one.treated })));
  const used = diary.uses.map((use) => ({ from: use.start, to: use.end ?? last, on: true }));
  const course = [];
  for (let date = first; date <= last; date = add(date, 1)) {
    const here = [...planned, ...used].filter((one) => one.from <= date && date <= one.to);
    if (here.length) course.push({ date, used: here.some((one) => one.on) });
  }
  return stretches(course);
}

// Nights -> those in a row that are alike. `course`: [{date, used}].
export function stretches(course) {
  const found = [];
  for (const { date, used } of course) {
    const last = found.at(-1);
    if (last && last.on === used && add(last.to, 1) === date) last.to = date;
    else found.push({ from: date, to: date, on: used });
  }
  return found;
}

// Where in a plan this night stands: {period, index}, or null outside it.
export function placeIn(plan, night) {
  const index = plan.periods.findIndex((period) => period.start <= night && night <= endOf(period));
  return index < 0 ? null : { period: plan.periods[index], index };
}
