// A change of the index while it is going on, and its result.
"use strict";
(() => {
  const { state, parts, make, button, put, change, isRunning } = window.citewellLibrary;
  const lib = window.citewellLibrary;
  const KINDS = { add: "Adding articles", remove: "Removing articles", rebuild: "Reading the sources again" };
  const STEPS = {
    waiting: "Waiting until the models are loaded",
    reading: "Reading files",
    embedding: "Making passages searchable",
    writing: "Writing the new index",
    checking: "Checking the new index",
  };

  const title = make("p", { class: "cw-job-title" });
  const bar = make("div", { class: "cw-bar-done" });
  const track = make(
    "div",
    { class: "cw-track", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" },
    bar,
  );
  const step = make("p", { class: "cw-job-step" });
  const left = make("p", { class: "cw-job-left" });
  const cancel = button("cw-outline", "Cancel", () => halt());
  const running = make(
    "div",
    { class: "cw-job", role: "group", "aria-label": "Change of the library" },
    make("div", { class: "cw-job-head" }, title, cancel),
    track,
    make("div", { class: "cw-job-foot" }, step, left),
  );
  const result = make("p", { role: "status" });
  const dismiss = button("cw-quiet", "✕", () => hide(), { "aria-label": "Hide this message" });
  // What was stored for a change that came to nothing is still there.
  const again = button("cw-outline", "Add them again", () => change("add"), { hidden: true });
  const ended = make("div", { class: "cw-result" }, result, again, dismiss);

  let counts = {}; // how far each step of the job is; reading and embedding go on at the same time
  let countsOf = 0; // number of the job that they are of
  let isHalting = false;
  let hidden = 0; // number of the job whose result is not to be seen any more

  const halt = async () => {
    isHalting = true;
    lib.update();
    await change("cancel");
  };
  const hide = () => {
    hidden = state.job?.number || 0;
    lib.update();
  };

  // From 0 to 1; null while there is no telling.
  const share = (job) => {
    const { reading, embedding } = counts;
    if (!(job.step in { reading, embedding }) || !reading?.total) return null;
    return (reading.done / reading.total) * (embedding?.total ? embedding.done / embedding.total : 1);
  };
  const progress = (job) => {
    const { reading, embedding } = counts;
    const isBoth = job.step === "reading" || job.step === "embedding";
    const told = [];
    const tell = (name, { done, total }) =>
      told.push(`${STEPS[name]}: ${lib.number(done)} of ${lib.number(total)}`);
    if (isBoth && reading?.total && reading.done < reading.total) tell("reading", reading);
    if (isBoth && embedding?.total) tell("embedding", embedding);
    return told.join(" · ") || `${STEPS[job.step] || "Working"}…`;
  };

  const showRunning = (job) => {
    if (countsOf !== job.number) {
      counts = {};
      countsOf = job.number;
      isHalting = false;
    }
    counts[job.step] = { done: job.done, total: job.total };
    put(title, KINDS[job.kind] || "Changing the library");
    const part = share(job);
    track.classList.toggle("cw-unsure", part === null);
    bar.style.width = part === null ? "" : `${Math.round(part * 100)}%`;
    track.setAttribute("aria-label", KINDS[job.kind] || "Changing the library");
    if (part === null) track.removeAttribute("aria-valuenow");
    else track.setAttribute("aria-valuenow", String(Math.round(part * 100)));
    const words = isHalting ? "Cancelling…" : progress(job);
    const time = isHalting ? "" : lib.left(job.seconds_left);
    track.setAttribute("aria-valuetext", [words, time].filter(Boolean).join(", "));
    put(step, words);
    put(left, time);
    cancel.disabled = isHalting;
  };

  // In words that say what was asked for; the server's own are for the terminal, too.
  const summary = (job) => {
    const report = job.report;
    if (job.state !== "done" || !report) return job.message || "Done.";
    const done = ["added", "replaced", "removed"].filter((name) => report[name]);
    const amount = (name, place) => (place ? lib.number(report[name]) : lib.count(report[name], "article"));
    const told = done.map((name, place) => `${amount(name, place)} ${name}`);
    const holds = `The library holds ${lib.count(report.articles, "article")}.`;
    const faults = (report.skipped || []).filter((item) => item.is_problem).length;
    const fault = faults ? ` ${lib.count(faults, "file")} could not be read; the report below says why.` : "";
    return `${told.length ? told.join(", ") : "Nothing has changed"}. ${holds}${fault}`;
  };

  const update = () => {
    const job = state.job;
    running.hidden = !isRunning();
    if (isRunning()) showRunning(job);
    // What was done before this page looked stands in the report; what failed stands nowhere else.
    const isNews = job && (state.ended?.number === job.number || job.state !== "done");
    const isTold = isNews && !isRunning() && job.number !== hidden;
    ended.hidden = !isTold;
    ended.classList.toggle("cw-failed", Boolean(isTold) && job.state === "failed");
    put(result, isTold ? summary(job) : "");
    cancel.hidden = !lib.mayChange();
    again.hidden = !lib.mayChange() || !isTold || job.state === "done" || job.kind !== "add";
  };
  parts.job = { element: make("div", {}, running, ended), update };
})();
