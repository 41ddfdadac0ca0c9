// How the things that can be tried are called.
import { data } from "./diary_making.js";

export function nameOf(care, first = false) {
  const name = data.care.find((one) => one.id === care)?.name ?? care;
  return first ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}
