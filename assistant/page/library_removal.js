// Asks once more before articles are removed: how many, which, and what becomes of their files.
"use strict";
(() => {
  const { state, parts, make, button, put, change } = window.citewellLibrary;
  const lib = window.citewellLibrary;
  const NAMED = 8;

  let ids = [];
  const title = make("h3", { id: "cw-removal-title" });
  const names = make("ul");
  const files = make("p");
  const problem = make("p", { class: "cw-trouble", role: "alert", hidden: true });
  const keep = button("cw-outline", "Keep", () => dialog.close(), { autofocus: true });
  const go = button("cw-danger", "Remove", () => remove());
  const dialog = make(
    "dialog",
    { id: "cw-removal", "aria-labelledby": "cw-removal-title" },
    title, names, files, problem,
    make("div", { class: "cw-choices" }, keep, go),
  );

  const becomesOf = (rows) => {
    const { folder } = state.library;
    const isCopy = ({ location }) => location.startsWith(`${folder}/`) || location.startsWith(`${folder}\\`);
    const copies = rows.filter(isCopy).length;
    const deleted = "Copies that were uploaded here are deleted, once no article in them is left.";
    const stays =
      "Files in folders of your own stay where they are; their articles come back only if you name the files again.";
    return [copies ? deleted : "", copies < rows.length ? stays : ""].filter(Boolean).join(" ");
  };
  const ask = (rows) => {
    if (!rows.length) return;
    ids = rows.map((row) => row.id);
    put(title, `Remove ${lib.count(rows.length, "article")}?`);
    const { shown, rest } = lib.some(rows, rows.length === NAMED + 1 ? NAMED + 1 : NAMED);
    names.replaceChildren(...shown.map((row) => make("li", {}, row.title)));
    if (rest) names.append(make("li", { class: "cw-rest" }, `and ${lib.number(rest)} more`));
    put(files, `They will not be quoted any more. ${becomesOf(rows)}`);
    put(go, rows.length === 1 ? "Remove it" : `Remove ${lib.number(rows.length)} articles`);
    problem.hidden = true;
    if (!dialog.isConnected) document.getElementById("cw-library").append(dialog);
    dialog.showModal();
  };
  const remove = async () => {
    go.disabled = true;
    const said = await change("remove", { ids });
    go.disabled = false;
    if (!said) {
      dialog.close();
      return;
    }
    put(problem, said);
    problem.hidden = false;
  };
  // A press beside it closes it, like anything that floats.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  parts.removal = { ask };
})();
