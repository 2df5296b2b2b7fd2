// The head of the Library: how much is in it, what is wrong with it, reading the sources again; and what stands in the
// reading pane while no article is open there.
"use strict";
(() => {
  const { state, parts, make, button, put, change, isRunning } = window.citewellLibrary;
  const lib = window.citewellLibrary;
  const SEEDS = "seeds:";

  const facts = make("p", { class: "cw-amount" });
  const again = button("cw-outline", "Read the sources again", () => rebuild(), {
    title: "Looks for new, changed and vanished files wherever articles come from",
  });
  const problem = make("p", { class: "cw-trouble", role: "alert", hidden: true });
  const notice = make("p", { class: "cw-caution", hidden: true });
  const title = make("h2", { id: "cw-library-title" }, "Library");
  const head = make("div", { class: "cw-head" }, make("div", {}, title, facts), again);
  let refusal = ""; // why reading the sources again could not begin

  const rebuild = async () => {
    refusal = await change("rebuild");
    lib.update();
  };

  const amount = () => {
    if (!state.library) return state.problem ? "" : "Looking what is in it…";
    const { articles, passages } = state.library;
    if (!articles.length) return "";
    return `${lib.count(articles.length, "article")} · ${lib.count(passages, "passage")}`;
  };

  const update = () => {
    if (isRunning()) refusal = "";
    put(facts, amount());
    again.hidden = !lib.mayChange();
    again.disabled = isRunning() || state.isAway;
    put(problem, state.problem || refusal);
    problem.hidden = !problem.textContent;
    put(notice, state.library?.notice || "");
    notice.hidden = !notice.textContent;
    aside();
  };
  parts.head = { element: make("div", {}, head, problem, notice), update };

  const sources = make("ul");
  const hint = make("p", {}, "Choose a title to read the article here.");
  const from = make("div", {}, make("h2", {}, "Where the articles come from"), sources);
  let told; // the library that the list is of

  // A folder's name as a line that breaks after its slashes.
  const path = (name) => {
    const line = make("span", { class: "cw-path" });
    for (const part of name.split(/(?<=[/\\])/)) line.append(part, make("wbr"));
    return line;
  };
  const line = (source) => {
    if (source.startsWith(SEEDS)) return make("li", {}, "The example articles that come with the program");
    return make("li", {}, source === state.library.folder ? "What was added on this page: " : "", path(source));
  };
  const aside = () => {
    if (told === state.library) return;
    told = state.library;
    sources.replaceChildren(...(told?.sources || []).map(line));
    from.hidden = !told?.sources.length;
  };
  parts.aside = { element: make("div", { id: "cw-aside" }, hint, from), update: aside };
})();
