// On every page of the diary: keeps the pages for a time without a network. Without it everything else works.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/diary/worker.js", { scope: "/diary" }).catch(() => {});
}
