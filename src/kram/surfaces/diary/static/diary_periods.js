// What was being tried on which nights: the periods of a plan, or what the person wrote down.
import { add } from "./diary_dates.js";

export const endOf = (period) => add(period.start, period.nights - 1);
export const lastOf = (plan) => endOf(plan.periods.at(-1));

const byPlan = (plan) => plan.periods.map((period) => ({ from: period.start, to: endOf(period), on: period.treated }));

// For one thing, or for the last one that was tried: [{from, to, on}].
export function periodsOf(diary, until, care) {
  const plans = diary.plans.filter((plan) => !care || plan.care === care);
  if (plans.length) return plans.flatMap(byPlan);
  return diary.uses.filter((use) => !care || use.care === care).map((use) => ({ from: use.start, to: use.end ?? until, on: true }));
}

// Where in a plan this night stands: {period, index}, or null outside it.
export function placeIn(plan, night) {
  const index = plan.periods.findIndex((period) => period.start <= night && night <= endOf(period));
  return index < 0 ? null : { period: plan.periods[index], index };
}
