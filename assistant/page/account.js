// Who is signed in, and signing out. Without sign-in there is nothing to be seen of this.
"use strict";
(() => {
  const ROLES = { reader: "may read and ask", editor: "may also change the library" };
  const byId = (id) => document.getElementById(id);
  const make = (tag, attributes, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inside);
    return made;
  };

  const said = make("p", { role: "alert" });
  const leave = async () => {
    said.textContent = "";
    try {
      const response = await fetch("logout", { method: "POST" });
      if (!response.ok) throw new Error();
    } catch {
      said.textContent = "You are still signed in: Citewell does not answer.";
      return;
    }
    try {
      sessionStorage.clear(); // what this tab kept is of no use to who comes next
    } catch {
      // storage may be switched off
    }
    location.replace("login");
  };

  const build = ({ name, role, may_sign_out: mayLeave }) => {
    const first = make("span", { class: "cw-initial", "aria-hidden": "true" }, [...name][0]);
    const word = make("span", { class: "cw-account-name" }, name);
    const closed = { type: "button", "aria-expanded": "false", "aria-controls": "cw-account-menu", title: name };
    const opener = make("button", closed, first, word);
    const about = make("p", {}, "Signed in as ", make("strong", {}, name), make("br", {}), ROLES[role] || "");
    const out = make("button", { type: "button" }, "Sign out");
    const menu = make("div", { id: "cw-account-menu", role: "group", "aria-label": "Your account", hidden: "" }, about);
    if (mayLeave) menu.append(out, said);
    const whole = make("div", { id: "cw-account" }, opener, menu);

    const isOpen = () => !menu.hidden;
    const toggle = (open) => {
      menu.hidden = !open;
      opener.setAttribute("aria-expanded", open);
    };
    opener.addEventListener("click", () => {
      toggle(!isOpen());
      if (isOpen() && mayLeave) out.focus();
    });
    out.addEventListener("click", leave);
    whole.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      toggle(false);
      opener.focus();
      event.preventDefault();
      event.stopPropagation(); // Escape means something to the whole page, too
    });
    document.addEventListener("click", (event) => isOpen() && !whole.contains(event.target) && toggle(false));
    whole.addEventListener("focusout", (event) => {
      if (isOpen() && event.relatedTarget && !whole.contains(event.relatedTarget)) toggle(false);
    });
    return whole;
  };

  const show = (whole) => {
    if (!byId("cw-new")) return false;
    byId("cw-top").append(whole);
    return true;
  };
  const begin = async () => {
    let me;
    try {
      const response = await fetch("api/me");
      me = response.ok ? await response.json() : {};
    } catch {
      return; // nobody answers; state.js says so
    }
    document.documentElement.dataset.role = me.role || "";
    window.citewellLibrary.update();
    if (!me.name) return;
    const whole = build(me);
    if (show(whole)) return;
    const waiting = new MutationObserver(() => show(whole) && waiting.disconnect());
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  };
  document.addEventListener("DOMContentLoaded", begin);
})();
