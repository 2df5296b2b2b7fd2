// Thumbs: what the user thinks of an answer, and in the reading pane of the quote that is marked there. Kept on the
// server's machine; here only which are pressed, for as long as the tab lives.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const pressed = new Map(); // "up" or "down" by the name of what was judged
  const said = document.createElement("div");
  said.id = "cw-verdict-said";
  said.className = "cw-sr";
  said.setAttribute("role", "status");

  const token = () => document.querySelector("#cw-current .cw-token")?.value || "";
  const turnOf = (part) => Number(part.closest(".cw-turn")?.id.replace("cw-turn-", ""));
  // The token is in the name, since turns are counted anew when the server has lost a conversation.
  const nameOf = ({ turn, citation }) => `${token()} ${turn} ${citation ?? ""}`;

  const show = (thumbs, about) => {
    const verdict = about && pressed.get(nameOf(about));
    for (const thumb of thumbs) {
      const isPressed = thumb.value === verdict;
      thumb.setAttribute("aria-pressed", isPressed);
      thumb.classList.toggle("cw-pressed", isPressed);
      thumb.title = thumb.textContent;
    }
  };
  // The server makes cards anew, without what was pressed on them.
  const showAll = () => {
    for (const box of document.querySelectorAll(".cw-turn .cw-thumbs")) {
      show(box.querySelectorAll(".cw-thumb"), { turn: turnOf(box) });
    }
    show(strip.querySelectorAll(".cw-thumb"), judged);
  };

  const send = async (about, verdict) => {
    const body = JSON.stringify({ token: token(), citation: null, ...about, verdict });
    let response;
    try {
      response = await fetch("api/feedback", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    } catch {
      return "Not kept: Citewell does not answer. Is it still running?";
    }
    if (response.ok) return "";
    const answer = await response.json().catch(() => ({}));
    return `Not kept: ${answer.error || "something went wrong inside."}`;
  };

  // Beside the thumbs for the eye, elsewhere for the ear: the conversation is read aloud as it changes.
  const say = (box, sentence) => {
    said.textContent = sentence;
    const line = box.querySelector(".cw-verdict") || document.createElement("span");
    line.className = "cw-verdict";
    line.setAttribute("aria-hidden", "true");
    line.textContent = sentence;
    box.append(line);
    clearTimeout(Number(box.dataset.timer));
    box.dataset.timer = setTimeout(() => line.remove(), 6000);
  };

  const press = async (thumb, about) => {
    const name = nameOf(about);
    const before = pressed.get(name);
    const verdict = before === thumb.value ? null : thumb.value;
    pressed.set(name, verdict);
    showAll();
    const box = thumb.closest(".cw-thumbs");
    const problem = await send(about, verdict);
    if (problem && pressed.get(name) === verdict) pressed.set(name, before);
    showAll();
    say(box, problem || (verdict ? "Kept on this machine" : "Taken back"));
  };

  // The strip under an open article, for the citation that is marked in it.
  const question = document.createElement("span");
  const strip = document.createElement("div");
  let judged = null; // {turn, citation}, or null while the article was not opened by a mark
  const thumb = (verdict, name) => {
    const made = document.createElement("button");
    const text = document.createElement("span");
    Object.assign(made, { type: "button", className: "cw-thumb", value: verdict });
    Object.assign(text, { className: "cw-sr", textContent: name });
    made.append(text);
    return made;
  };
  const thumbs = document.createElement("span");
  thumbs.className = "cw-thumbs";
  thumbs.append(thumb("up", "Yes, it does"), thumb("down", "No, it does not"));
  strip.id = "cw-judge";
  strip.hidden = true;
  question.id = "cw-judge-question";
  strip.setAttribute("role", "group");
  strip.setAttribute("aria-labelledby", question.id);
  strip.append(question, thumbs);

  const judge = (mark) => {
    const number = Number(mark?.childNodes[1]?.textContent);
    judged = mark && number && turnOf(mark) ? { turn: turnOf(mark), citation: number } : null;
    // Only a language model's sentence can say something else than its quote.
    const isWritten = Boolean(mark?.closest(".cw-card").querySelector(".cw-by"));
    const asks = isWritten ? "support the sentence" : "answer the question";
    question.textContent = judged ? `Does quote [${judged.citation}] ${asks}?` : "";
    strip.hidden = !judged || !token();
    strip.querySelector(".cw-verdict")?.remove();
    show(strip.querySelectorAll(".cw-thumb"), judged);
  };
  const current = () => document.querySelector("#cw-talk .cw-mark.cw-current");

  document.addEventListener("click", (event) => {
    const pressedOne = event.target.closest(".cw-thumb");
    if (!pressedOne) return;
    const about = pressedOne.closest("#cw-judge") ? judged : { turn: turnOf(pressedOne) };
    if (about) press(pressedOne, about);
  });

  const whenThere = () => {
    if (!byId("cw-talk") || !byId("cw-reading")) return false;
    document.body.append(said);
    new MutationObserver((changes) => {
      if (changes.some((change) => change.type === "childList")) showAll();
      // A mark that was made anew with its card has lost its class, but the article is still open at it.
      if (changes.some((change) => change.type === "attributes" && change.target.matches(".cw-mark"))) judge(current());
    }).observe(byId("cw-talk"), { childList: true, subtree: true, attributeFilter: ["class"] });
    new MutationObserver((changes) => {
      if (byId("cw-pane") && !byId("cw-judge")) byId("cw-pane").append(strip);
      // Another article, or another place: asked is only about what is known to be marked there.
      if (changes.some((change) => change.target.id === "cw-article")) judge(byId("cw-cited") && current());
    }).observe(byId("cw-reading"), { childList: true, subtree: true });
    return true;
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (whenThere()) return;
    const waiting = new MutationObserver(() => whenThere() && waiting.disconnect());
    waiting.observe(document.body, { childList: true, subtree: true });
  });
})();
