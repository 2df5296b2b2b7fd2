// A tab that is loaded again goes on with its conversation, which the server keeps for a while under the tab's token.
"use strict";
(() => {
  const TOKEN = "citewell-conversation";
  const byId = (id) => document.getElementById(id);
  const stored = () => {
    try {
      return sessionStorage.getItem(TOKEN) || "";
    } catch {
      return ""; // storage may be switched off; the conversation then ends with the page
    }
  };
  const store = (token) => {
    try {
      if (token) sessionStorage.setItem(TOKEN, token);
      else sessionStorage.removeItem(TOKEN);
    } catch {
      // the same
    }
  };

  // Gradio hears of a value by an event, and of the wish by its button; neither is ever seen.
  let isAsked = false;
  const askOnce = () => {
    const place = document.querySelector("#cw-resumed textarea, #cw-resumed input");
    if (isAsked || !place || !byId("cw-resume")) return;
    isAsked = true;
    const token = stored();
    if (!token) return;
    place.value = token;
    place.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => byId("cw-resume").click());
  };

  let last = "";
  const look = () => {
    askOnce();
    const token = document.querySelector("#cw-current .cw-token.cw-kept")?.value || "";
    if (token && token !== last) store(token);
    last = token || last;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#cw-new")) store("");
  });
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})();
