// What goes on behind the page: whether the models are there, whether the index has changed, and whether anybody answers.
"use strict";
(() => {
  const WAIT = { warming: 700, ready: 4000, failed: 4000, away: 2000 }; // milliseconds until the next look
  const DRAFT = "citewell-draft";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const box = () => document.querySelector("#cw-box textarea");
  let timer = 0;
  let pressedFor = ""; // the edition of the index for which the page was last told to show what it holds
  let looks = 0; // number of the latest look; answers to older ones come too late
  let began = ""; // when the server began that this page is of
  let isOver = false; // whether Gradio has given up
  let latest = null; // what was told last

  // The header, the examples and the sources are of one edition; Gradio makes them anew when its button is pressed.
  const follow = (health) => {
    const edition = `${health.generation} ${health.notice}`.trim();
    const shown = document.querySelector(".cw-list");
    const button = byId("cw-changed");
    if (!shown || !button || shown.value === edition || pressedFor === edition) return;
    pressedFor = edition;
    button.click();
  };

  // The server holds the conversation: when that has gone, or Gradio listens to nothing more, the page is loaded again,
  // and goes on with what was kept. What was not answered goes back into the box.
  const unanswered = () => {
    const turn = [...document.querySelectorAll(".cw-turn")].find((item) => item.querySelector(".cw-working"));
    return turn?.querySelector("h2")?.textContent || "";
  };
  const say = (sentence, action) => {
    let line = byId("cw-lost");
    if (!line) {
      line = document.createElement("div");
      line.id = "cw-lost";
      line.setAttribute("role", "alert");
      byId("cw-composer")?.before(line);
    }
    if (line.firstChild?.textContent === sentence) return;
    const text = document.createElement("p");
    text.textContent = sentence;
    line.replaceChildren(text, ...(action ? [action] : []));
  };
  const again = () => {
    try {
      sessionStorage.setItem(DRAFT, box()?.value || unanswered());
    } catch {
      // storage may be switched off; the draft is lost then
    }
    location.reload();
  };
  const leave = (words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", again);
    return button;
  };
  const tell = (health) => {
    if (health.status === "away") {
      say("Citewell is not running any more. Start it again in the terminal: assistant serve");
      return;
    }
    if (!health.started) {
      const isEmpty = !document.querySelector(".cw-turn");
      if (isEmpty) again();
      else say("You are signed out. This conversation can be read, but not continued.", leave("Sign in"));
      return;
    }
    began ||= health.started;
    if (!isOver && health.started === began) {
      byId("cw-lost")?.remove();
    } else if (document.querySelector(".cw-token:not(.cw-kept)")) {
      say("Citewell is running again. This conversation can be read, but not continued.", leave("Begin a new one"));
    } else {
      again();
    }
  };
  const putDraftBack = () => {
    let draft = "";
    try {
      draft = sessionStorage.getItem(DRAFT) || "";
      sessionStorage.removeItem(DRAFT);
    } catch {
      return;
    }
    if (!draft || box().value) return;
    box().value = draft;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };

  const look = async () => {
    clearTimeout(timer);
    const number = ++looks;
    let health = { status: "away" };
    try {
      const told = await (await fetch("api/health")).json();
      if (told.status) health = told;
    } catch {
      // nobody answers
    }
    if (number !== looks) return;
    root.dataset.state = health.status;
    tell(health);
    if (health.status !== "away") follow(health);
    latest = health;
    // A page that nobody looks at asks nothing; it does so at once when it is looked at again.
    if (!document.hidden || health.status !== "ready") timer = setTimeout(look, WAIT[health.status] || 4000);
  };
  look();
  document.addEventListener("visibilitychange", () => document.hidden || look());

  // Gradio's own words about a lost connection are hidden by the style; ours follow.
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    if (added.some((part) => part.textContent?.includes("Connection to the server was lost"))) {
      isOver = true;
      root.dataset.lost = "";
      look();
    }
    if (box() && !root.dataset.drafted) {
      root.dataset.drafted = "yes";
      putDraftBack();
    }
    // The first look may come before what it is about; a page is opened with what the server began with.
    if (latest?.generation && !root.dataset.followed && byId("cw-changed")) {
      root.dataset.followed = "yes";
      setTimeout(() => follow(latest));
    }
  }).observe(root, { childList: true, subtree: true });
})();
