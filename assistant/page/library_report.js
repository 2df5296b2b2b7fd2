// What the last build did: counts, articles that came and went, and every file that was skipped, with the reason.
"use strict";
(() => {
  const { state, parts, make, put } = window.citewellLibrary;
  const lib = window.citewellLibrary;
  const MANY = 300; // lines of each list
  const KINDS = { added: "Added", replaced: "Replaced by a new version", removed: "Removed" };

  const line = make("span");
  const fault = make("span", { class: "cw-faults" });
  const inside = make("div", { class: "cw-report" });
  const details = make("details", { class: "cw-last" }, make("summary", {}, line, fault), inside);
  let told = null; // the report that is shown
  let filled = null; // the report that the lists are of

  const list = (title, items, entry) => {
    const { shown, rest } = lib.some(items, MANY);
    if (!shown.length) return "";
    const more = rest ? [make("li", { class: "cw-rest" }, `and ${lib.number(rest)} more`)] : [];
    const head = make("h3", {}, `${title} (${lib.number(items.length)})`);
    return make("div", {}, head, make("ul", {}, ...shown.map(entry), ...more));
  };
  const pair = (what, more) =>
    make("li", {}, make("span", { class: "cw-file" }, what), make("span", { class: "cw-reason" }, more));
  const skipped = (item) => pair(item.source, item.reason);
  const changed = (item) => pair(item.title, item.source);

  const fill = () => {
    if (filled === told || !details.open || !told) return;
    filled = told;
    const all = told.skipped || [];
    const changes = told.changes || [];
    const counts = ["added", "replaced", "removed", "unchanged"].map((name) => [name, told[name] || 0]);
    inside.replaceChildren(
      make(
        "dl",
        {},
        ...[...counts, ["articles now", told.articles || 0]].map(([name, value]) =>
          make("div", {}, make("dt", {}, name), make("dd", {}, lib.number(value))),
        ),
      ),
      list("Could not be read", all.filter((item) => item.is_problem), skipped),
      ...Object.entries(KINDS).map(([kind, title]) =>
        list(title, changes.filter((item) => item.kind === kind), changed),
      ),
      list("Left out, as it should be", all.filter((item) => !item.is_problem), skipped),
    );
  };
  details.addEventListener("toggle", fill);

  const update = () => {
    const job = state.job;
    const report = (job?.state === "done" && job.report) || state.library?.last_build || null;
    details.hidden = !report || !Object.keys(report).length;
    if (details.hidden) return;
    const isNew = JSON.stringify(report) !== JSON.stringify(told);
    if (isNew) told = report;
    const faults = (told.skipped || []).filter((item) => item.is_problem).length;
    const leftOut = (told.skipped || []).length - faults;
    const time = typeof told.seconds === "number" ? ` · ${lib.lasted(told.seconds)}` : "";
    put(line, `Report of the last build${time}${leftOut ? ` · ${lib.count(leftOut, "file")} left out` : ""}`);
    put(fault, faults ? `${lib.count(faults, "file")} could not be read` : "");
    // What the user has just asked for, and did not wholly get, is shown at once.
    if (isNew && faults && job?.report && state.ended?.number === job.number) details.open = true;
    if (isNew) fill();
  };
  parts.report = { element: details, update };
})();
