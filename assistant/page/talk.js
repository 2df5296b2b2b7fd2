// The conversation: names for screen readers, scrolling, tooltips, copying.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // Names and roles for what Gradio makes. Its sanitiser lets no aria attribute through, so they are set here.
  const nameParts = () => {
    const parts = {
      "cw-top": { role: "banner" },
      "cw-talk": { role: "region", "aria-label": "Conversation" },
      "cw-reading": { role: "complementary", "aria-label": "Sources" },
      "cw-current": { "aria-live": "polite", "aria-atomic": "false", role: "log" },
      "cw-composer": { role: "search", "aria-label": "Ask a question" },
      "cw-hint": { role: "status" },
    };
    for (const [id, attributes] of Object.entries(parts)) {
      for (const [name, value] of Object.entries(attributes)) byId(id).setAttribute(name, value);
    }
  };

  // A new turn is scrolled to its beginning; a growing one stays where it is.
  let latestTurn = "";
  const followTurns = () => {
    const turn = [...document.querySelectorAll("#cw-current .cw-turn")].at(-1);
    if (!turn || turn.id === latestTurn) return;
    latestTurn = turn.id;
    const scroller = byId("cw-scroll");
    const top = turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    scroller.scrollTo({ top: top - 24 });
  };

  const whenThere = () => {
    if (!byId("cw-current") || !byId("cw-composer") || !byId("cw-hint")) return false;
    nameParts();
    new MutationObserver(followTurns).observe(byId("cw-current"), { childList: true, subtree: true });
    return true;
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (whenThere()) return;
    const waiting = new MutationObserver(() => whenThere() && waiting.disconnect());
    waiting.observe(document.body, { childList: true, subtree: true });
  });

  // The quote, while the pointer or the keyboard is on a mark.
  const quoteOf = (mark) => mark.querySelector(".cw-quote").textContent.replace(/^: /, "");
  const hideTip = () => byId("cw-tip")?.remove();
  const showTip = (mark) => {
    hideTip();
    const tip = document.createElement("div");
    tip.id = "cw-tip";
    tip.setAttribute("aria-hidden", "true"); // the mark's own name holds the same words
    tip.textContent = quoteOf(mark);
    document.body.append(tip);
    const at = mark.getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), innerWidth - size.width - 8);
    const above = at.top - size.height - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  };
  const markAt = (event) => event.target.closest?.(".cw-mark");
  document.addEventListener("mouseover", (event) => (markAt(event) ? showTip(markAt(event)) : hideTip()));
  document.addEventListener("focusin", (event) => {
    if (markAt(event)?.matches(":focus-visible")) showTip(markAt(event));
    else hideTip();
  });
  document.addEventListener("scroll", hideTip, true);
  document.addEventListener("click", hideTip);

  // Copying an answer, whole by its button or a part by selection, with its numbered quotes.
  const put = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without https or on an old browser.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest(".cw-copy");
    if (!copy) return;
    await put(copy.closest(".cw-card").querySelector(".cw-copytext").textContent);
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 1600);
  });
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    const start = selection.anchorNode?.parentElement?.closest(".cw-text");
    if (selection.isCollapsed || !start) return;
    const part = document.createElement("div");
    part.append(selection.getRangeAt(0).cloneContents());
    const quotes = new Map();
    for (const mark of part.querySelectorAll(".cw-mark")) {
      const number = mark.dataset.number || mark.childNodes[1]?.textContent;
      quotes.set(number, mark.querySelector(".cw-quote")?.textContent.replace(/^: /, "") || "");
      mark.replaceWith(` [${number}]`);
    }
    const lines = [...quotes].map(([number, quote]) => `[${number}] ${quote}`);
    event.clipboardData.setData("text/plain", [part.textContent, "", ...lines].join("\n").trim());
    event.preventDefault();
  });
})();
