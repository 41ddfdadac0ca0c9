// The diary in the browser's own database. What is acknowledged has been written: after the transaction is complete.
import { LISTS } from "./diary_exchange.js";
import { keyOf, merge, stamp, tidy, writtenNow } from "./diary_merging.js";
import { say } from "./diary_making.js";

const NAME = "kram-diary";
const SCHEMA = 2; // 1 had no place for removed uses and plans
const CHANNEL = "kram-diary";

export class KeepingFault extends Error {}

// Another window, or another device, has written this entry since it was shown. `entry`: what is there now, if anything.
// `there`: it is not the entry itself, but another one stands where this one would be written.
export class Changed extends KeepingFault {
  constructor(entry, there = false) {
    super(say("dw_changed"));
    this.entry = entry;
    this.there = there;
  }
}

function sentence(fault) {
  if (fault instanceof KeepingFault) return fault;
  const key = { QuotaExceededError: "dw_full", VersionError: "dw_database_newer" }[fault?.name] ?? "dw_not_kept";
  return new KeepingFault(say(key));
}

function opened() {
  return new Promise((resolve, reject) => {
    if (!window.indexedDB) reject(new KeepingFault(say("dw_no_database")));
    const request = indexedDB.open(NAME, SCHEMA);
    request.onupgradeneeded = () => {
      const there = request.result.objectStoreNames;
      for (const list of [...LISTS, "extra"]) if (!there.contains(list)) request.result.createObjectStore(list);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(sentence(request.error));
  }).catch((fault) => {
    throw fault instanceof KeepingFault ? fault : new KeepingFault(say("dw_no_database"));
  });
}

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export class BrowserKeeping {
  constructor() {
    this.channel = new BroadcastChannel(CHANNEL);
  }

  // Calls back when another window has written.
  onchange(call) {
    this.channel.onmessage = call;
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && call());
  }

  async database() {
    if (!this.open) {
      this.open = await opened();
      this.open.onversionchange = () => this.close(); // a newer kram in another window wants to change it
      this.open.onclose = () => this.close();
    }
    return this.open;
  }

  close() {
    this.open?.close();
    this.open = null;
  }

  // One transaction over everything: `work(stores)` may only await what the stores answer.
  async transact(mode, work) {
    const database = await this.database();
    try {
      const transaction = database.transaction([...LISTS, "extra"], mode, { durability: "strict" });
      const complete = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
      });
      complete.catch(() => {}); // awaited below, unless the work itself fails first
      let result;
      try {
        result = await work((list) => transaction.objectStore(list));
      } catch (fault) {
        try {
          transaction.abort();
        } catch {
          // it has ended already
        }
        throw transaction.error?.name === "QuotaExceededError" ? transaction.error : fault;
      }
      await complete;
      if (mode === "readwrite") this.channel.postMessage("written");
      return result;
    } catch (fault) {
      throw sentence(fault);
    }
  }

  read() {
    return this.transact("readonly", all);
  }

  // `basis`: when the version that the person saw was written; undefined if there was none.
  putNight(night, basis) {
    return this.transact("readwrite", async (store) => {
      const before = await unchanged(store, "nights", night.date, basis);
      const removal = await answer(store("removed").get(night.date));
      const written = { ...night, written: writtenNow(before?.written ?? removal?.written) };
      await answer(store("nights").put(written, night.date));
      await answer(store("removed").delete(night.date));
      return written;
    });
  }

  removeNight(date, basis) {
    return this.transact("readwrite", async (store) => {
      const before = await unchanged(store, "nights", date, basis);
      await answer(store("removed").put({ date, written: writtenNow(before?.written) }, date));
      await answer(store("nights").delete(date));
    });
  }

  // `was`: the use that was shown, if this one corrects it or says when it ended; undefined for a new one.
  putUse(use, was) {
    return this.transact("readwrite", async (store) => {
      const at = keyOf("uses", was ?? use);
      const key = keyOf("uses", use);
      const before = await unchanged(store, "uses", at, was?.written);
      if (key !== at) {
        const other = await answer(store("uses").get(key));
        if (other) throw new Changed(other, true);
        await this.takeOut(store, before);
      }
      const removal = await answer(store("removed_uses").get(key));
      const latest = [before?.written, removal?.written].filter(Boolean).sort((one, other) => (stamp(one) < stamp(other) ? 1 : -1));
      await answer(store("uses").put({ ...use, written: writtenNow(latest[0]) }, key));
      await answer(store("removed_uses").delete(key));
    });
  }

  removeUse(use) {
    return this.transact("readwrite", async (store) => {
      await this.takeOut(store, await unchanged(store, "uses", keyOf("uses", use), use.written));
    });
  }

  async takeOut(store, use) {
    const key = keyOf("uses", use);
    const { care, start } = use;
    await answer(store("removed_uses").put({ care, start, written: writtenNow(use.written) }, key));
    await answer(store("uses").delete(key));
  }

  putPlan(plan) {
    return this.transact("readwrite", async (store) => {
      const key = keyOf("plans", plan);
      const before = await answer(store("plans").get(key));
      const removal = await answer(store("removed_plans").get(key));
      await answer(store("plans").put({ ...plan, written: writtenNow(before?.written ?? removal?.written) }, key));
      await answer(store("removed_plans").delete(key));
    });
  }

  removePlan(plan) {
    return this.transact("readwrite", async (store) => {
      const key = keyOf("plans", plan);
      const { care, start, written } = await unchanged(store, "plans", key, plan.written);
      await answer(store("removed_plans").put({ care, start, written: writtenNow(written) }, key));
      await answer(store("plans").delete(key));
    });
  }

  // Everything or nothing.
  import(diary) {
    return this.transact("readwrite", async (store) => {
      const { diary: merged, counts } = merge(await all(store), diary);
      for (const list of LISTS) {
        await answer(store(list).clear());
        for (const entry of merged[list]) await answer(store(list).put(entry, keyOf(list, entry)));
      }
      await answer(store("extra").put(merged.extra, "extra"));
      return counts;
    });
  }

  // Asks the browser not to clear the diary away when space runs short. It may say no; nothing depends on it.
  async hold() {
    try {
      if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
    } catch {
      // an old browser
    }
  }
}

async function all(store) {
  const diary = { extra: (await answer(store("extra").get("extra"))) ?? {} };
  for (const list of LISTS) diary[list] = await answer(store(list).getAll());
  return tidy(diary);
}

async function unchanged(store, list, key, basis) {
  const before = await answer(store(list).get(key));
  if (before?.written !== basis) throw new Changed(before);
  return before;
}
