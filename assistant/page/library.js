// The Library: which of the two views is shown, what the server says of the index and of changes to it, and what the
// parts of the view (library_*.js) share. Each part is {element, update}; they are put together when the page is there.
"use strict";
window.citewellLibrary = (() => {
  const HASH = "#library";
  const WAIT = { running: 700, idle: 4000, away: 2000 }; // milliseconds until the next look
  const AWAY = "Citewell is not running any more. Start it again in the terminal: assistant serve";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // What the parts show. `library` is null until it was read, `problem` a sentence about why it could not be, `ended`
  // the job that this page has seen end.
  const state = { library: null, job: null, problem: "", isAway: false, ended: null };
  const parts = {}; // by name; filled by the other files
  const isShown = () => location.hash === HASH;
  const isRunning = () => state.job?.state === "running";
  // Whether this user may change the library; the server asks no page. Before it said so, who has not signed in may.
  const mayChange = () => state.library?.may_change ?? root.dataset.role !== "reader";

  // An element: attributes by name, properties by a dot before theirs, and text or elements in it.
  const make = (tag, attributes = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith(".")) made[name.slice(1)] = value;
      else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...inside.filter((part) => part !== null && part !== ""));
    return made;
  };
  const button = (name, text, act, attributes = {}) => {
    const made = make("button", { type: "button", class: name, ...attributes }, text);
    made.addEventListener("click", act);
    return made;
  };
  // Set only when it differs, so that nothing is read aloud twice.
  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const update = () => {
    for (const part of Object.values(parts)) part.update?.();
    const badge = byId("cw-nav")?.querySelector(".cw-at-work");
    if (badge) badge.hidden = !isRunning();
  };

  // Throws an Error with a sentence for people; `isAway` says that nobody answered at all.
  const call = async (path, body) => {
    const headers = { "Content-Type": "application/json" };
    const request = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
    let response;
    let answer = {};
    try {
      response = await fetch(path, request);
      answer = await response.json();
    } catch {
      if (!response) throw Object.assign(new Error(AWAY), { isAway: true });
    }
    const unsaid = `Something went wrong (${response.status}). The terminal says more.`;
    if (!response.ok) throw new Error(answer.error || unsaid);
    return answer;
  };

  let timer = 0;
  let looks = 0; // number of the latest look; answers to older ones come too late
  let edition = null; // the generation that was answered from when the articles were last read
  let isStale = true;

  let running = 0; // number of the job that was last seen running

  const takeJob = (job) => {
    state.job = job;
    if (isRunning()) {
      running = job.number;
    } else if (running) {
      running = 0;
      isStale = true;
      state.ended = job;
      const gone = (job?.report?.changes || []).filter((change) => change.kind === "removed");
      document.dispatchEvent(new CustomEvent("citewell-removed", { detail: gone.map((change) => change.article_id) }));
    }
  };

  const read = async (number) => {
    if (!isStale) {
      const { job, generation } = await call("api/library/job");
      if (number !== looks) return;
      takeJob(job);
      isStale ||= generation !== edition;
      edition = generation;
    }
    if (!isStale) return;
    const library = await call("api/library");
    if (number !== looks) return;
    edition ??= library.generation;
    state.library = library;
    takeJob(library.job);
    isStale = false;
  };

  const look = async () => {
    clearTimeout(timer);
    const number = ++looks;
    let problem = "";
    let isAway = false;
    try {
      await read(number);
    } catch (error) {
      problem = error.message;
      isAway = Boolean(error.isAway);
      isStale ||= number === looks;
    }
    if (number !== looks) return;
    Object.assign(state, { problem, isAway });
    update();
    // Nobody is asked while nothing goes on and nobody looks; see below for when that changes.
    if (isRunning() && !isAway) timer = setTimeout(look, document.hidden ? WAIT.idle : WAIT.running);
    else if (isShown() && !document.hidden) timer = setTimeout(look, isAway ? WAIT.away : WAIT.idle);
  };
  document.addEventListener("visibilitychange", () => !document.hidden && (isShown() || isRunning()) && look());

  // Starts a change of the index, or ends one. Gives the sentence about why it could not, or nothing.
  const change = async (what, body = {}) => {
    try {
      const { job } = await call(`api/library/${what}`, body);
      looks += 1; // what was asked before does not know of it
      if (what !== "cancel") state.ended = null;
      takeJob(job);
      return "";
    } catch (error) {
      return error.message;
    } finally {
      await look();
    }
  };

  // The two views. The hash of the address tells them apart, so that the browser's Back leads from one to the other.
  const show = () => {
    root.dataset.view = isShown() ? "library" : "ask";
    for (const link of document.querySelectorAll("#cw-nav button")) {
      if ((link.value === HASH) === isShown()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (!byId("cw-library")) return;
    document.title = isShown() ? "Library · Citewell" : "Citewell";
    if (isShown()) look();
  };
  const go = (hash) => {
    if (isShown() === (hash === HASH)) return;
    history.pushState(null, "", hash || location.pathname);
    show();
  };
  addEventListener("hashchange", show);
  addEventListener("popstate", show);
  show();

  const goAsk = () => {
    go("");
    document.querySelector("#cw-box textarea")?.focus();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("#cw-new")) go("");
  });

  const mount = () => {
    if (!byId("cw-main") || !byId("cw-reading") || !byId("cw-facts")) return false;
    const said = make("span", { class: "cw-sr" }, " (being changed)");
    const atWork = make("span", { class: "cw-at-work", hidden: true }, said, make("span", { class: "cw-dot" }));
    const library = button("", "Library", () => go(HASH), { value: HASH });
    library.append(atWork);
    // Named apart from the button that sends a question.
    const ask = button("", "Ask", goAsk, { value: "", "aria-label": "Ask questions" });
    const nav = make("nav", { id: "cw-nav", "aria-label": "Views" }, ask, library);
    byId("cw-top").prepend(nav);
    const inside = make("div", { class: "cw-inside" });
    for (const name of ["head", "upload", "job", "report", "table"]) inside.append(parts[name].element);
    byId("cw-reading").before(make("section", { id: "cw-library", "aria-labelledby": "cw-library-title" }, inside));
    byId("cw-reading").append(parts.aside.element);
    show();
    update();
    return true;
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (mount()) return;
    const waiting = new MutationObserver(() => mount() && waiting.disconnect());
    waiting.observe(document.body, { childList: true, subtree: true });
  });

  // Where the keyboard is put when the reading pane has been left: null if the view is not shown.
  const home = () => (isShown() ? parts.table.home() : null);

  return { state, parts, make, button, put, byId, change, look, go, isShown, isRunning, mayChange, update, home, HASH };
})();
