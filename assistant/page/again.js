// A question that was turned away: one press, of its button or of Enter, asks it again.
"use strict";
(() => {
  const box = () => document.querySelector("#cw-box textarea");
  const put = (question) => {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Put where it was typed, unless something else is being written there by now.
  let latest = null;
  const putBack = () => {
    const button = [...document.querySelectorAll("#cw-current .cw-again")].at(-1);
    if (!button || button === latest) return;
    latest = button;
    if (box() && !box().value) put(button.value);
  };
  new MutationObserver(putBack).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".cw-again");
    if (!button) return;
    put(button.value);
    // The box tells its value in the browser's next turn.
    setTimeout(() => document.getElementById("cw-send")?.click(), 50);
  });
})();
