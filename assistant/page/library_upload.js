// Adding files: dropped anywhere on the page or chosen, looked at before they are sent, and sent one after the other.
"use strict";
(() => {
  const { state, parts, make, button, put, change, isRunning } = window.citewellLibrary;
  const lib = window.citewellLibrary;
  const root = document.documentElement;
  const MOST = 2000; // files taken at a time
  const SHOWN = 100; // of which a line each is shown
  const KINDS = {
    ".md": "Markdown", ".txt": "text", ".html": "HTML", ".pdf": "PDF", ".docx": "Word", ".epub": "EPUB",
    ".json": "JSON", ".rss": "RSS", ".zip": "zip",
  };
  const WORDS = {
    waiting: "Waiting", stored: "Stored", known: "Already there", stopped: "Not sent", failed: "Not sent",
  };

  const input = make("input", {
    type: "file", multiple: true, class: "cw-sr", tabindex: "-1", "aria-label": "Files to add",
  });
  const choose = button("cw-solid", "Choose files", () => input.click());
  const kinds = make("p", { class: "cw-kinds" });
  const zone = make(
    "div",
    { class: "cw-drop", role: "group", "aria-label": "Add articles" },
    make("p", { class: "cw-drop-here" }, make("strong", {}, "Drop files here"), " to add them to the articles, or"),
    choose, input, kinds,
  );
  const says = make("p", { role: "status" });
  const gone = make("span", { class: "cw-gone", "aria-hidden": "true" });
  const stop = button("cw-quiet", "Stop sending", () => halt());
  const clear = button("cw-quiet", "Clear the list", () => forget());
  const retry = button("cw-quiet", "Add them", () => again());
  const list = make("ul", { class: "cw-files" });
  const head = make("div", { class: "cw-sending-head" }, says, gone, retry, stop, clear);
  const sending = make("div", { class: "cw-sending", hidden: true }, head, list);

  let entries = []; // every file of the list: {file, name, state, note, line}
  let isSending = false;
  let request = null;
  let toAdd = false; // whether files were stored that no job has been asked to add
  let isAdding = false;
  let isUnadded = false; // whether that was refused
  let problem = "";
  let ended = null; // the change of the index that ended last, as far as was seen here

  // What the server would refuse anyway is not sent to it.
  const refusal = (file) => {
    const { endings = [], max_bytes: most = Infinity } = state.library || {};
    const name = file.name.toLowerCase();
    if (endings.length && !endings.some((ending) => name.endsWith(ending))) {
      const ending = /\.[^.]{1,12}$/.exec(file.name)?.[0];
      return ending ? `Files that end in ${ending} cannot be read.` : "A file without an ending cannot be read.";
    }
    if (file.size > most) return `It has ${lib.size(file.size)}; a file has at most ${lib.size(most)}.`;
    return file.size ? "" : "The file is empty.";
  };

  const showEntry = (entry) => {
    if (!entry.line) return;
    const words = entry.state === "sending" ? `Sending, ${entry.percent} %` : WORDS[entry.state] || "Refused";
    put(entry.line.lastChild, entry.note ? `${words}: ${entry.note}` : words);
    entry.line.className = `cw-is-${entry.state}`;
  };
  const showList = () => {
    // Refused ones first: they are what somebody has to look at.
    const order = [...entries].sort((one, other) => (other.state === "refused") - (one.state === "refused"));
    const { shown, rest } = lib.some(order, SHOWN);
    for (const entry of entries) entry.line = null;
    list.replaceChildren(
      ...shown.map((entry) => {
        const name = make("span", { class: "cw-file" }, entry.name);
        entry.line = make("li", {}, name, make("span", { class: "cw-reason" }));
        showEntry(entry);
        return entry.line;
      }),
    );
    if (rest) list.append(make("li", { class: "cw-rest" }, `and ${lib.number(rest)} more`));
  };
  const summary = () => {
    const number = (...states) => entries.filter((entry) => states.includes(entry.state)).length;
    if (isSending) return `Sending ${lib.count(entries.length - number("refused"), "file")}…`;
    const counts = [
      [number("stored"), "stored"], [number("known"), "already there"], [number("refused"), "refused"],
      [number("stopped", "failed"), "not sent"],
    ];
    const amount = (some, place) => (place ? lib.number(some) : lib.count(some, "file"));
    const told = counts.filter(([some]) => some).map(([some, what], place) => `${amount(some, place)} ${what}`);
    const waits = toAdd && isRunning() ? " What was stored is added when the present change is done." : "";
    return `${told.join(", ")}.${waits}`;
  };
  const showSending = () => {
    sending.hidden = !entries.length;
    if (entries.length) put(says, [problem, summary()].filter(Boolean).join(" "));
    const past = entries.filter((entry) => entry.state in WORDS && entry.state !== "waiting");
    put(gone, isSending ? `${lib.number(past.length)} done` : "");
    stop.hidden = !isSending;
    clear.hidden = isSending;
    retry.hidden = !isUnadded || isSending || isRunning();
  };

  const send = (entry) =>
    new Promise((resolve) => {
      const end = (how, note = "") => {
        Object.assign(entry, { state: how, note });
        showEntry(entry);
        resolve();
      };
      request = new XMLHttpRequest(); // unlike fetch it tells how much has been sent
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        entry.percent = total ? Math.floor((100 * loaded) / total) : 0;
        showEntry(entry);
      });
      request.addEventListener("load", () => {
        const answer = request.response || {};
        if (request.status !== 201) {
          const said = String(answer.error || "").replace(`${entry.name}: `, "");
          end("refused", said || `Something went wrong (${request.status}).`);
          return;
        }
        toAdd = true;
        end(answer.is_new ? "stored" : "known", answer.stored === entry.name ? "" : `as ${answer.stored}`);
      });
      request.addEventListener("error", () => end("failed", "Is the file still there, and Citewell still running?"));
      request.addEventListener("abort", () => end("stopped"));
      request.open("POST", `api/library/files?name=${encodeURIComponent(entry.name)}`);
      request.responseType = "json";
      request.setRequestHeader("Content-Type", "application/octet-stream");
      Object.assign(entry, { state: "sending", percent: 0 });
      showEntry(entry);
      request.send(entry.file);
    });

  const add = async () => {
    if (!toAdd || isSending || isAdding || isRunning()) return;
    isAdding = true;
    toAdd = isUnadded = false;
    const said = await change("add");
    isAdding = false;
    // Somebody else may have begun a change just now: then once more when that is done.
    if (said && isRunning()) toAdd = true;
    isUnadded = Boolean(said) && !toAdd;
    if (isUnadded) problem = `The files are stored, but not yet added. ${said}`;
    showSending();
  };
  // What was stored and added is in the table now.
  const settle = () => {
    ended = state.ended;
    if (ended?.state !== "done" || ended.kind !== "add" || isSending || toAdd) return;
    entries = entries.filter((entry) => !["stored", "known"].includes(entry.state));
    showList();
  };
  const again = () => {
    problem = "";
    toAdd = true;
    add();
  };
  const pump = async () => {
    if (isSending) return;
    isSending = true;
    let next;
    while ((next = entries.find((entry) => entry.state === "waiting"))) {
      showSending();
      await send(next);
    }
    isSending = false;
    showSending();
    add();
  };
  const halt = () => {
    for (const entry of entries.filter((item) => item.state === "waiting")) entry.state = "stopped";
    request?.abort();
    showList();
  };
  const forget = () => {
    entries = [];
    problem = "";
    showList();
    showSending();
    choose.focus();
  };

  const take = (files, said = "") => {
    problem = said;
    if (!files.length) return;
    lib.go(lib.HASH);
    if (!isSending) entries = [];
    for (const file of files.slice(0, MOST)) {
      const note = refusal(file);
      const name = file.name.toWellFormed?.() ?? file.name; // half a character could not stand in an address
      entries.push({ file, name, state: note ? "refused" : "waiting", note, line: null });
    }
    if (files.length > MOST) problem = `Only the first ${lib.number(MOST)} files are taken at a time.`;
    showList();
    showSending();
    pump();
  };
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // so that the same file can be chosen again
    take(files);
  });

  // A dropped folder stands for the files in it, but not for those that systems hide there.
  const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
  const walk = async (entry, files) => {
    if (files.length > MOST || (entry.name.startsWith(".") && files.isInFolder)) return;
    if (entry.isFile) {
      files.push(await fileOf(entry));
      return;
    }
    files.isInFolder = true;
    const reader = entry.createReader();
    for (let some = await entriesOf(reader); some.length; some = await entriesOf(reader)) {
      for (const inner of some) await walk(inner, files);
    }
  };
  const filesOf = async (transfer) => {
    const plain = [...transfer.files];
    const roots = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!roots.some((entry) => entry.isDirectory)) return plain;
    const files = [];
    try {
      for (const entry of roots) await walk(entry, files);
    } catch {
      files.said = "A folder could not be read to its end.";
    }
    return files;
  };

  // Anywhere on the page, since a browser would otherwise leave it to show the file.
  const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  let leaving = 0;
  const setDragging = (isDragging) => {
    clearTimeout(leaving);
    if (isDragging) root.dataset.dragging = "";
    else delete root.dataset.dragging;
  };
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = lib.mayChange() ? "copy" : "none";
    if (!lib.mayChange()) return;
    setDragging(true);
    leaving = setTimeout(() => setDragging(false), 400); // it is told all the time, until the pointer leaves
  });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setDragging(false);
    if (!lib.mayChange()) return;
    const files = await filesOf(event.dataTransfer);
    take(files, files.said);
  });

  const update = () => {
    const { endings = [], max_bytes: most = 0 } = state.library || {};
    zone.hidden = !lib.mayChange();
    input.accept = endings.join(",");
    const names = endings.map((ending) => KINDS[ending]).filter(Boolean);
    put(kinds, endings.length ? `${names.join(", ")} · up to ${lib.size(most)} each` : "");
    kinds.title = endings.join(" ");
    choose.disabled = state.isAway;
    if (state.ended !== ended) settle();
    add();
    showSending();
  };
  parts.upload = { element: make("div", {}, zone, sending), update };
})();
