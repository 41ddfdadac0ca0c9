// Makes the way quicker: pages are exchanged in place, answers survive back and reload, the result follows a change.
// Without this file everything works by plain forms. Nothing is stored but in this tab: in its own history entries, and
// the answers so far for the diary's page, which can take what it found back into them. Both go when the tab is closed.
"use strict";

(() => {
  let shown = 0; // which page of this tab is on the screen
  let busy = false;

  const form = () => document.getElementById("answers");
  const serialised = () => new URLSearchParams(new FormData(form())).toString();

  // Every history entry holds the fields of its page, as they were typed last.
  const remember = () => {
    if (!form()) return;
    history.replaceState({ page: shown, draft: serialised() }, "");
    try {
      sessionStorage.setItem("kram-answers", document.querySelector("input[name=state]").value);
    } catch {
      // no room: the diary's page asks for the file instead
    }
  };

  async function ask(body) {
    document.body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch("/questions", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body,
      });
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      const message = document.getElementById("offline");
      if (message) {
        message.hidden = false;
        message.focus();
      }
      return null;
    } finally {
      document.body.removeAttribute("aria-busy");
    }
  }

  function exchange(page) {
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
    document.dispatchEvent(new Event("kram:page"));
  }

  function settle() {
    window.scrollTo(0, 0);
    const start = document.getElementById("problems") || document.querySelector("main h1");
    if (start) {
      start.setAttribute("tabindex", "-1");
      start.focus({ preventScroll: start.id !== "problems" });
    }
  }

  async function go(body) {
    if (busy) return;
    busy = true;
    remember();
    const page = await ask(body);
    busy = false;
    if (!page) return;
    exchange(page);
    shown += 1;
    history.pushState(null, "");
    remember();
    settle();
  }

  // Back, forward, reload: the page as it was, with what had been typed.
  async function restore(state) {
    shown = state.page;
    const page = await ask(state.draft + "&do=stay");
    if (page) exchange(page);
  }

  // One answer changed on the result page: the chart follows, the field keeps its place.
  async function follow() {
    const page = await ask(serialised() + "&do=result");
    if (!page) return;
    const outcome = page.getElementById("outcome");
    if (!outcome) {
      exchange(page);
      shown += 1;
      history.pushState(null, "");
      remember();
      settle();
      return;
    }
    document.getElementById("outcome").replaceWith(document.adoptNode(outcome));
    document.querySelector("input[name=state]").value = page.querySelector("input[name=state]").value;
    const given = page.querySelector(".given");
    if (given) document.querySelector(".given")?.replaceWith(document.adoptNode(given));
    const live = document.getElementById("live");
    live.textContent = "";
    live.textContent = live.dataset.words;
    remember();
  }

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.id !== "answers" || button?.hasAttribute("formaction")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form()));
    if (button?.name) body.append(button.name, button.value);
    go(body.toString());
  });

  document.addEventListener("change", (event) => {
    if (event.target.form !== form()) return;
    if (event.target.closest("#what-if") && event.target.matches("select, input")) follow();
    else remember();
  });

  let typing = 0;
  document.addEventListener("input", (event) => {
    if (event.target.form !== form()) return;
    clearTimeout(typing);
    typing = setTimeout(remember, 400);
  });

  window.addEventListener("popstate", (event) => {
    if (!event.state) remember(); // a jump within the page
    else if (event.state.page !== shown) restore(event.state);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  function ready() {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
    for (const hint of document.querySelectorAll("[data-print-hint]")) hint.hidden = true;
  }
  document.addEventListener("kram:page", ready);
  ready();

  // A case file was opened by its own address; from here on the page is one of the way.
  if (form()) {
    if (["/case", "/case/response"].includes(location.pathname)) history.replaceState(history.state, "", "/questions");
    if (history.state?.draft) restore(history.state);
    else remember();
  }
})();
