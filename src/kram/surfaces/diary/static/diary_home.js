// The diary in the SQLite file of a server at home (`kram serve --diary FILE`). The server acknowledges what is written.
import { readContent, writeFile } from "./diary_exchange.js";
import { Changed, KeepingFault } from "./diary_browser.js";
import { say } from "./diary_making.js";

const ADDRESS = "/diary/kept";

async function ask(method, path = "", body = undefined) {
  let answer;
  try {
    answer = await fetch(ADDRESS + path, { method, headers: { "content-type": "application/json" }, body });
  } catch {
    throw new KeepingFault(say("dw_home_silent"));
  }
  const content = await answer.json().catch(() => ({}));
  if (answer.status === 409) throw new Changed(content.entry ?? undefined);
  if (!answer.ok) throw new KeepingFault(content.problem ?? say("dw_home_silent"));
  return content;
}

export class HomeKeeping {
  constructor() {
    this.channel = new BroadcastChannel("kram-diary-home");
  }

  onchange(call) {
    this.channel.onmessage = call;
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && call());
  }

  async read() {
    return readContent(await ask("GET"));
  }

  async write(method, path, body) {
    const content = await ask(method, path, body);
    this.channel.postMessage("written");
    return content;
  }

  putNight(night, basis) {
    return this.write("PUT", "/nights", JSON.stringify({ entry: night, basis: basis ?? null }));
  }

  removeNight(date, basis) {
    return this.write("DELETE", "/nights", JSON.stringify({ date, basis: basis ?? null }));
  }

  putUse(use, was) {
    const shown = was && { care: was.care, start: was.start };
    return this.write("PUT", "/uses", JSON.stringify({ entry: use, was: shown ?? null, basis: was?.written ?? null }));
  }

  removeUse({ care, start, written }) {
    return this.write("DELETE", "/uses", JSON.stringify({ care, start, basis: written }));
  }

  putPlan(plan) {
    return this.write("PUT", "/plans", JSON.stringify({ entry: plan }));
  }

  removePlan({ care, start, written }) {
    return this.write("DELETE", "/plans", JSON.stringify({ care, start, basis: written }));
  }

  import(diary) {
    return this.write("POST", "/import", writeFile(diary));
  }

  async hold() {}
}
