// Elements made by script, and the sentences they hold.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...content.flat(Infinity).filter((part) => part !== null && part !== false && part !== undefined));
  return element;
}

export const make = (name, attributes = {}, ...content) => fill(document.createElement(name), attributes, content);
export const draw = (name, attributes = {}, ...content) =>
  fill(document.createElementNS(SVG, name), attributes, content);

export const at = (id) => document.getElementById(id);

const texts = JSON.parse(at("diary-data").textContent);
export const data = texts.data;

// A sentence of the catalogue; `{name}` is filled in.
export function say(key, values = {}) {
  const sentence = texts.words[key];
  if (sentence === undefined) throw new Error(`no sentence ${key}`);
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// How dates and numbers are written.
export const lang = say("dw_locale");

export const figure = (number) => new Intl.NumberFormat(lang).format(number);

// How many cramps, as a person says it.
export const cramps = (number) =>
  number === 0 ? say("dw_cramps_0") : number === 1 ? say("dw_cramps_1") : say("dw_cramps_n", { count: figure(number) });

// Spoken by a screen reader, and shown. The same words twice are spoken twice.
export function tell(words, ...buttons) {
  const status = at("told");
  status.replaceChildren();
  status.append(words, ...buttons);
  status.hidden = false;
}

export function complain(words, focus) {
  const place = at("problem");
  place.textContent = words;
  place.hidden = false;
  (focus ?? place).focus();
  place.scrollIntoView({ block: "nearest" });
}

const home = at("problem")?.previousElementSibling;

// Takes an old complaint away. What is said next stands behind `where`: beside what was pressed.
export const settle = (where = home) => {
  at("problem").hidden = true;
  if (at("problem").previousElementSibling !== where) where.after(at("problem"), at("told"));
};
