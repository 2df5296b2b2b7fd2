// The reading pane: an article, scrolled to the words that a sentence of an answer quotes.
"use strict";
(() => {
  const NARROW = matchMedia("(max-width: 820px)");
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");
  let walk = []; // the marks of the answer that the open one belongs to
  let place = -1;
  let shown = ""; // id of the article in the pane
  let latest = 0; // number of the latest request; answers to older ones come too late

  const byId = (id) => document.getElementById(id);
  const box = () => document.querySelector("#cw-box textarea");
  const rest = () => window.citewellLibrary.home() || box(); // where the keyboard is when nothing is read

  const button = (name, label, text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.setAttribute("aria-label", label);
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const pane = () => {
    if (byId("cw-pane")) return byId("cw-pane");
    const made = document.createElement("div");
    made.id = "cw-pane";
    const bar = document.createElement("div");
    bar.className = "cw-bar";
    const count = document.createElement("span");
    count.className = "cw-count";
    count.setAttribute("aria-live", "polite");
    bar.append(
      button("cw-back", "Back to the list of sources", "‹ Sources", () => list()),
      button("cw-previous", "Previous citation", "‹", () => step(-1)),
      count,
      button("cw-next", "Next citation", "›", () => step(1)),
      button("cw-close", "Close the article", "✕", close),
    );
    const body = document.createElement("div");
    body.id = "cw-article";
    body.tabIndex = 0;
    body.setAttribute("role", "region");
    body.setAttribute("aria-label", "Article");
    made.append(bar, body);
    byId("cw-reading").append(made);
    return made;
  };

  const say = (sentence) => {
    const line = document.createElement("p");
    line.className = "cw-message";
    line.textContent = sentence;
    byId("cw-article").replaceChildren(line);
    shown = "";
  };

  const setOpen = (isOpen) => {
    const reading = byId("cw-reading");
    reading.classList.toggle("cw-is-open", isOpen);
    // What lies under a pane that covers the page cannot be reached by keyboard either.
    for (const id of ["cw-talk", "cw-library", "cw-top"]) {
      if (byId(id)) byId(id).inert = isOpen && NARROW.matches;
    }
  };

  const list = () => {
    if (NARROW.matches && window.citewellLibrary.isShown()) {
      close(); // the list is there already
      return;
    }
    const reading = byId("cw-reading");
    pane();
    reading.classList.remove("cw-has-article");
    mark(null);
    setOpen(true);
    if (NARROW.matches) byId("cw-pane").querySelector(".cw-close").focus();
  };

  const close = () => {
    latest += 1; // what is still on its way is not wanted any more
    setOpen(false);
    if (!NARROW.matches) byId("cw-reading").classList.remove("cw-has-article");
    mark(null);
    rest()?.focus();
  };

  // A new conversation begins beside the list of sources.
  const begin = () => {
    walk = [];
    place = -1;
    byId("cw-reading").classList.remove("cw-has-article");
    close();
  };

  const mark = (current) => {
    for (const old of document.querySelectorAll(".cw-mark.cw-current")) old.classList.remove("cw-current");
    current?.classList.add("cw-current");
  };

  const showCount = () => {
    const bar = pane().querySelector(".cw-bar");
    const isWalk = walk.length > 0;
    bar.querySelector(".cw-count").textContent = isWalk ? `${place + 1} / ${walk.length}` : "";
    bar.querySelector(".cw-previous").disabled = place <= 0;
    bar.querySelector(".cw-next").disabled = place >= walk.length - 1;
    bar.classList.toggle("cw-walks", walk.length > 1);
  };

  const scrollToMark = (isSameArticle) => {
    const body = byId("cw-article");
    const cited = byId("cw-cited");
    if (!cited) {
      body.scrollTop = 0;
      body.querySelector("h2")?.focus({ preventScroll: true });
      return;
    }
    cited.scrollIntoView({ block: "center", behavior: isSameArticle && !CALM.matches ? "smooth" : "auto" });
    cited.tabIndex = -1;
    cited.focus({ preventScroll: true });
    for (const part of body.querySelectorAll("mark")) part.classList.add("cw-flash");
  };

  const open = async (value) => {
    const [id, stretch] = value.split(":");
    const [start, end] = stretch ? stretch.split("-") : [];
    const query = start === undefined ? "" : `?start=${encodeURIComponent(start)}&end=${encodeURIComponent(end)}`;
    const request = ++latest;
    pane();
    byId("cw-reading").classList.add("cw-has-article");
    setOpen(true);
    showCount();
    try {
      const response = await fetch(`article/${encodeURIComponent(id)}${query}`);
      const answer = await response.json();
      if (request !== latest) return;
      if (!response.ok) {
        say(answer.error || "The article cannot be shown.");
        return;
      }
      const isSameArticle = shown === id;
      byId("cw-article").innerHTML = answer.html; // made of escaped pieces by the server, see rendering.py
      shown = id;
      scrollToMark(isSameArticle);
    } catch {
      if (request === latest) say("The article cannot be shown: the assistant does not answer. Is it still running?");
    }
  };

  const openMark = (pressed) => {
    walk = [...pressed.closest(".cw-card").querySelectorAll(".cw-mark")];
    place = walk.indexOf(pressed);
    mark(pressed);
    return open(pressed.value);
  };

  const step = (by) => {
    const next = walk[place + by];
    if (!next) return;
    place += by;
    mark(next);
    open(next.value);
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest(".cw-mark, .cw-open, .cw-list, #cw-new");
    if (!pressed) return;
    if (pressed.id === "cw-new") begin();
    else if (pressed.matches(".cw-mark")) openMark(pressed);
    else if (pressed.matches(".cw-list")) list();
    else {
      walk = [];
      place = -1;
      mark(null);
      open(pressed.value);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (document.querySelector("dialog[open]")) return; // which it closes
      if (NARROW.matches) close();
      rest()?.focus();
    } else if (event.target.closest?.("#cw-pane") && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      step(event.key === "ArrowLeft" ? -1 : 1);
      event.preventDefault();
    }
  });

  // Articles that are not there any more are not left open.
  document.addEventListener("citewell-removed", (event) => {
    if (!event.detail.includes(shown) || !byId("cw-reading").classList.contains("cw-has-article")) return;
    latest += 1;
    shown = "";
    byId("cw-reading").classList.remove("cw-has-article");
    if (NARROW.matches) setOpen(false);
  });

  NARROW.addEventListener("change", () => {
    if (byId("cw-reading")) setOpen(byId("cw-reading").classList.contains("cw-is-open"));
  });
})();
