// Search-as-you-type over a list of names. The plain text box stays the field that is sent; this fills it in.
"use strict";

(() => {
  let turn = 0;

  function build(box) {
    const area = box.querySelector("textarea");
    const words = box.dataset;
    const chosen = () => area.value.split("\n").map((name) => name.trim()).filter(Boolean);

    const label = document.createElement("label");
    label.className = "field";
    label.htmlFor = `${area.id}-search`;
    label.innerHTML = "<span></span>";
    label.firstChild.textContent = words.label;
    const input = document.createElement("input");
    Object.assign(input, { type: "text", id: `${area.id}-search`, autocomplete: "off", maxLength: 200 });
    input.spellcheck = false;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", `${area.id}-list`);
    const add = document.createElement("button");
    Object.assign(add, { type: "button", className: "btn btn--plain", textContent: words.add });
    const row = document.createElement("div");
    row.className = "search";
    row.append(input, add);
    const list = document.createElement("ul");
    Object.assign(list, { id: `${area.id}-list`, className: "found", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.label);
    const chips = document.createElement("ul");
    chips.className = "chips";
    const live = document.createElement("p");
    live.className = "sr";
    live.setAttribute("role", "status");
    area.closest("label").hidden = true;
    box.append(label, row, list, live, chips);

    let at = -1;
    const options = () => [...list.children];

    function close() {
      list.hidden = true;
      list.replaceChildren();
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function show(names) {
      list.replaceChildren(
        ...names.map((name, index) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${index}`;
          option.textContent = name;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.addEventListener("mousedown", (event) => {
            event.preventDefault();
            take(name);
          });
          return option;
        }),
      );
      at = -1;
      list.hidden = !names.length;
      input.setAttribute("aria-expanded", String(!!names.length));
      live.textContent = names.length ? words.found.replace("#", names.length) : words.none;
    }

    function mark(index) {
      const all = options();
      if (!all.length) return;
      at = (index + all.length) % all.length;
      all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
      input.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    }

    function write(names) {
      area.value = names.join("\n");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      draw();
    }

    function take(name) {
      const clean = name.trim();
      if (clean && !chosen().includes(clean)) write([...chosen(), clean]);
      input.value = "";
      close();
      input.focus();
    }

    function draw() {
      chips.replaceChildren(
        ...chosen().map((name) => {
          const chip = document.createElement("li");
          const text = document.createElement("span");
          text.textContent = name;
          const remove = document.createElement("button");
          remove.type = "button";
          remove.className = "linkish";
          remove.append(words.remove);
          const what = document.createElement("span");
          what.className = "sr";
          what.textContent = ` ${name}`;
          remove.append(what);
          remove.addEventListener("click", () => {
            write(chosen().filter((other) => other !== name));
            input.focus();
          });
          chip.append(text, remove);
          return chip;
        }),
      );
    }

    let waiting = 0;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      const mine = (turn += 1);
      if (input.value.trim().length < 2) {
        close();
        return;
      }
      waiting = setTimeout(async () => {
        try {
          const answer = await fetch("/medicines", {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: new URLSearchParams({ q: input.value }),
          });
          const { names } = await answer.json();
          if (mine === turn) show(names);
        } catch {
          close(); // a name can be written without a list
        }
      }, 150);
    });

    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Escape") {
        close();
      } else if (event.key === "Enter" && (at >= 0 || input.value.trim())) {
        event.preventDefault();
        take(at >= 0 ? options()[at].textContent : input.value);
      }
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
    add.addEventListener("click", () => take(input.value));
    // what is typed but not added yet goes along
    document.addEventListener("submit", () => {
      if (input.isConnected && input.value.trim()) write([...chosen(), input.value.trim()]);
    }, true);
    draw();
  }

  function ready() {
    for (const box of document.querySelectorAll(".names")) if (!box.querySelector(".search")) build(box);
  }
  document.addEventListener("kram:page", ready);
  ready();
})();
