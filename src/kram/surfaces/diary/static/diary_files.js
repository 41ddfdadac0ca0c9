// The diary as a file: to keep, to take to another device, to use on the command line.
import { DiaryFault, readFile, writeFile } from "./diary_exchange.js";
import { today } from "./diary_dates.js";
import { keeping } from "./diary_keeping.js";
import { at, complain, figure, make, say, settle, tell } from "./diary_making.js";

export function startFiles(diary, refresh) {
  at("export").addEventListener("click", () => save(`kram-diary-${today()}.json`, writeFile(diary()), "application/json"));
  at("import").addEventListener("change", async () => {
    const [file] = at("import").files;
    if (!file) return;
    settle();
    try {
      const counts = await keeping.import(readFile(await file.text()));
      await refresh();
      const numbers = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, figure(count)]));
      tell(say("dw_imported", numbers));
      at("told").scrollIntoView({ block: "nearest" });
    } catch (fault) {
      complain(fault instanceof DiaryFault ? say("dw_import_refused", { file: file.name, problem: fault.message }) : fault.message);
    } finally {
      at("import").value = "";
    }
  });
}

export function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
