// A question that was turned away: one press, of its button or of Enter, asks it again.
"use strict";
(() => {
  const box = () => document.querySelector("#cw-box textarea");
  const put = (question) => {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Put where it was typed, unless something else is being written there by now.
  const putBack = (question) => {
    if (box() && !box().value) put(question);
  };

  // Turned away at the desk, it stands in the conversation, with its button.
  let latest = null;
  const find = () => {
    const button = [...document.querySelectorAll("#cw-current .cw-again")].at(-1);
    if (!button || button === latest) return;
    latest = button;
    putBack(button.value);
  };

  // Turned away before it came there, it is in the box at most, and is offered above it.
  const withdraw = () => {
    const line = document.getElementById("cw-busy");
    if (line?.contains(document.activeElement)) box()?.focus();
    line?.remove();
  };
  const offer = (sentence, question) => {
    const line = document.createElement("div");
    line.id = "cw-busy";
    line.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = sentence;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cw-again";
    button.textContent = "Ask again";
    button.value = question;
    line.append(text, button);
    withdraw();
    document.getElementById("cw-composer")?.before(line);
    putBack(question);
  };
  const read = async (response) => {
    try {
      const { error, question } = await response.json();
      if (typeof error === "string" && typeof question === "string") offer(error, question);
    } catch {
      // not ours
    }
  };
  // Gradio's script tells nobody why it was refused; so its requests are looked at on their way.
  const fetchAsBefore = window.fetch;
  window.fetch = async (...given) => {
    const isEvent = String(given[0]?.url ?? given[0]).includes("/queue/join");
    if (isEvent) withdraw();
    const response = await fetchAsBefore(...given);
    if (isEvent && response.status === 503) await read(response.clone());
    return response;
  };

  // Gradio's own words about it would come on top of ours.
  const hideTold = () => {
    if (!document.getElementById("cw-busy")) return;
    for (const told of document.querySelectorAll(".toast-body:not([hidden])")) {
      if (told.textContent.includes("currently busy")) told.hidden = true;
    }
  };
  new MutationObserver(() => {
    find();
    hideTold();
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".cw-again");
    if (!button) return;
    put(button.value);
    // The box tells its value in the browser's next turn.
    setTimeout(() => document.getElementById("cw-send")?.click(), 50);
  });
})();
