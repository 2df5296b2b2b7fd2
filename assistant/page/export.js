// The menu that saves the conversation as a file; there as long as there is an answer.
"use strict";
(() => {
  const FORMATS = { md: "Markdown", html: "HTML", json: "JSON" };
  const byId = (id) => document.getElementById(id);
  const token = () => document.querySelector("#cw-current .cw-token")?.value || "";

  const make = (tag, attributes, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  };
  const word = make("span", { class: "cw-export-word" }, "Export");
  const opener = make("button", { type: "button", "aria-expanded": "false", "aria-controls": "cw-export-menu" }, word);
  const choices = Object.entries(FORMATS).map(([ending, name]) => make("button", { type: "button", value: ending }, name));
  const said = make("p", { role: "status" });
  const menu = make("div", { id: "cw-export-menu", role: "group", "aria-label": "Save the conversation as", hidden: "" });
  menu.append(...choices, said);
  const whole = make("div", { id: "cw-export", hidden: "" }, opener, menu);

  const isOpen = () => !menu.hidden;
  const toggle = (open) => {
    menu.hidden = !open;
    opener.setAttribute("aria-expanded", open);
    said.textContent = "";
  };

  // Fetched first: a download that fails would tell nobody why.
  const save = async (ending) => {
    said.textContent = "";
    let response;
    try {
      response = await fetch(`conversation/${encodeURIComponent(token())}.${ending}`);
    } catch {
      said.textContent = "Citewell does not answer. Is it still running?";
      return;
    }
    if (!response.ok) {
      const answer = await response.json().catch(() => ({}));
      said.textContent = answer.error || "Something went wrong inside.";
      return;
    }
    const name = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition") || "");
    const address = URL.createObjectURL(await response.blob());
    make("a", { href: address, download: name ? name[1] : `conversation.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    toggle(false);
    opener.focus();
  };

  opener.addEventListener("click", () => {
    toggle(!isOpen());
    if (isOpen()) choices[0].focus();
  });
  menu.addEventListener("click", (event) => {
    const choice = event.target.closest("button");
    if (choice) save(choice.value);
  });
  whole.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && isOpen()) {
      toggle(false);
      opener.focus();
    } else if (by && isOpen()) {
      const at = choices.indexOf(document.activeElement);
      choices[(at + by + choices.length) % choices.length].focus();
    } else return;
    event.preventDefault();
    event.stopPropagation(); // Escape means something to the whole page, too
  });
  document.addEventListener("click", (event) => isOpen() && !whole.contains(event.target) && toggle(false));
  whole.addEventListener("focusout", (event) => {
    if (isOpen() && event.relatedTarget && !whole.contains(event.relatedTarget)) toggle(false);
  });

  const update = () => {
    if (whole.hidden === !token()) return;
    whole.hidden = !token();
    if (whole.hidden) toggle(false);
  };
  const whenThere = () => {
    if (!byId("cw-new") || !byId("cw-current")) return false;
    byId("cw-new").before(whole);
    new MutationObserver(update).observe(byId("cw-current"), { childList: true, subtree: true });
    return true;
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (whenThere()) return;
    const waiting = new MutationObserver(() => whenThere() && waiting.disconnect());
    waiting.observe(document.body, { childList: true, subtree: true });
  });
})();
