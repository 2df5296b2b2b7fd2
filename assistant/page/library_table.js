// The articles as a table: filtered, sorted and selected as arrays, of which only the first rows are in the document.
"use strict";
(() => {
  const { state, parts, make, button, put } = window.citewellLibrary;
  const lib = window.citewellLibrary;
  const PAGE = 200; // rows that are shown at first, and that "show more" adds
  const order = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });
  const COLUMNS = [
    { key: "title", name: "Title" },
    { key: "publisher", name: "Publisher" },
    { key: "published", name: "Published", isLatestFirst: true },
    { key: "passages", name: "Passages", isLatestFirst: true },
    { key: "added", name: "Added", isLatestFirst: true },
  ];

  const WORDY = new Set(["title", "publisher"]); // sorted as words; the others as they are

  let rows = []; // every article, with the text that the filter looks in
  let found = []; // those that the filter lets through, sorted
  let library = null; // what the rows are of
  let limit = PAGE;
  let sorted = { key: "added", isDown: true };
  let opened = ""; // id of the article that was opened last
  const chosen = new Set(); // ids

  const filter = make("input", {
    type: "search", class: "cw-filter", placeholder: "Filter by title, publisher or file",
    "aria-label": "Filter the articles", autocomplete: "off", spellcheck: "false", maxlength: "200",
  });
  const shownCount = make("p", { class: "cw-shown", role: "status" });
  const removal = button("cw-danger", "Remove…", () => parts.removal.ask(rows.filter((row) => chosen.has(row.id))));
  const none = button("cw-quiet", "Select none", () => choose(() => chosen.clear()));
  const tools = make("div", { class: "cw-tools" }, filter, shownCount, none, removal);

  const all = make("input", { type: "checkbox", "aria-label": "Select all articles shown" });
  const heads = COLUMNS.map(({ key, name }) => {
    const sort = button("cw-sort", name, () => sortBy(key));
    return make("th", { role: "columnheader", scope: "col", class: `cw-${key}` }, sort);
  });
  const choice = make("th", { role: "columnheader", scope: "col", class: "cw-choice" }, all);
  const headRow = make("tr", { role: "row" }, choice, ...heads);
  const body = make("tbody", { role: "rowgroup" });
  // On narrow screens rows are no longer laid out as a table, and would lose their roles with it.
  const thead = make("thead", { role: "rowgroup" }, headRow);
  const table = make("table", { role: "table", "aria-label": "Articles" }, thead, body);
  const more = button("cw-outline cw-more-rows", "", () => showMore());
  const empty = make("p", { class: "cw-empty" });
  const element = make("div", { class: "cw-table" }, tools, table, more, empty);

  const near = (titles) => {
    if (!titles.length) return "";
    const others = titles.length > 1 ? ` and ${lib.number(titles.length - 1)} more` : "";
    return make("span", { class: "cw-near" }, `Nearly the same as “${titles[0]}”${others}`);
  };
  const row = (item) => {
    const check = {
      type: "checkbox", "aria-label": `Select ${item.title}`, value: item.id, ".checked": chosen.has(item.id),
    };
    const open = button("cw-open", item.title, () => {}, { value: `${item.id}:` });
    if (item.id === opened) open.setAttribute("aria-current", "true");
    const unit = item.passages === 1 ? " passage" : " passages";
    const cell = (name, ...inside) => make("td", { role: "cell", class: `cw-${name}` }, ...inside);
    return make(
      "tr",
      { role: "row", class: chosen.has(item.id) ? "cw-chosen" : null },
      lib.mayChange() ? cell("choice", make("input", check)) : "",
      cell("title", open, near(item.near), make("span", { class: "cw-source", title: item.location }, item.source)),
      cell("publisher", item.publisher || ""),
      cell("published", lib.date(item.published)),
      cell("passages", lib.number(item.passages), make("span", { class: "cw-unit" }, unit)),
      cell("added", make("span", { title: lib.moment(item.added) }, lib.day(item.added))),
    );
  };

  // Without a value is last in both directions.
  const compare = (one, other) => {
    const [a, b] = [one[sorted.key], other[sorted.key]];
    const isEmpty = (value) => value === null || value === "" || value === undefined;
    if (isEmpty(a) || isEmpty(b)) return isEmpty(a) - isEmpty(b);
    const by = WORDY.has(sorted.key) ? order.compare(a, b) : (a > b) - (a < b);
    return sorted.isDown ? -by : by;
  };
  const select = () => {
    const words = filter.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    found = words.length ? rows.filter((item) => words.every((word) => item.text.includes(word))) : [...rows];
    found.sort((one, other) => compare(one, other) || order.compare(one.title, other.title));
  };

  const showTools = () => {
    const picked = found.filter((item) => chosen.has(item.id)).length;
    all.checked = picked > 0 && picked === found.length;
    all.indeterminate = picked > 0 && !all.checked;
    const unseen = chosen.size - picked;
    const told = [];
    if (found.length < rows.length) told.push(`${lib.number(found.length)} of ${lib.count(rows.length, "article")}`);
    const beside = unseen ? ` (${lib.number(unseen)} not in view)` : "";
    if (chosen.size) told.push(`${lib.number(chosen.size)} selected${beside}`);
    put(shownCount, told.join(" · "));
    none.hidden = !chosen.size;
    removal.hidden = !chosen.size;
    removal.disabled = lib.isRunning() || state.isAway;
    put(removal, `Remove ${lib.number(chosen.size)}…`);
  };
  const say = () => {
    const isEmpty = !rows.length;
    for (const part of [tools, table]) part.hidden = isEmpty;
    choice.hidden = !lib.mayChange();
    table.classList.toggle("cw-read-only", choice.hidden);
    table.hidden = !found.length;
    const rest = found.length - limit;
    more.hidden = rest <= 0;
    put(more, `Show ${lib.number(Math.min(rest, PAGE))} more of ${lib.number(rest)}`);
    let said = found.length ? "" : "No article has these words in its title, publisher or file name.";
    const hint = lib.mayChange() ? " Add files above, then ask about them." : "";
    if (isEmpty) said = library ? `There are no articles yet.${hint}` : "";
    put(empty, said);
    empty.hidden = !empty.textContent;
  };
  const draw = () => {
    const focused = document.activeElement?.closest?.("#cw-library tbody tr") && document.activeElement;
    body.replaceChildren(...found.slice(0, limit).map(row));
    if (focused && !focused.isConnected) {
      const parts = [...body.querySelectorAll(focused.matches("input") ? "input" : "button")];
      (parts.find((part) => part.value === focused.value) || filter).focus({ preventScroll: true });
    }
    for (const [place, { key }] of COLUMNS.entries()) {
      const direction = sorted.isDown ? "descending" : "ascending";
      heads[place].setAttribute("aria-sort", key === sorted.key ? direction : "none");
    }
    showTools();
    say();
  };
  const refresh = () => {
    select();
    draw();
  };

  const sortBy = (key) => {
    const { isLatestFirst = false } = COLUMNS.find((column) => column.key === key);
    sorted = { key, isDown: sorted.key === key ? !sorted.isDown : isLatestFirst };
    limit = PAGE;
    refresh();
  };
  const showMore = () => {
    const first = limit;
    limit += PAGE;
    body.append(...found.slice(first, limit).map(row));
    say();
    body.children[first]?.querySelector(".cw-open").focus();
  };
  const choose = (act) => {
    act();
    for (const line of body.children) {
      const check = line.querySelector("input");
      if (!check) continue;
      check.checked = chosen.has(check.value);
      line.classList.toggle("cw-chosen", check.checked);
    }
    showTools();
  };

  filter.addEventListener("input", () => {
    limit = PAGE;
    refresh();
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !filter.value) return;
    filter.value = "";
    limit = PAGE;
    refresh();
    event.stopPropagation();
  });
  all.addEventListener("change", () =>
    choose(() => {
      for (const item of found) {
        if (all.checked) chosen.add(item.id);
        else chosen.delete(item.id);
      }
    }),
  );
  body.addEventListener("change", (event) =>
    choose(() => (event.target.checked ? chosen.add(event.target.value) : chosen.delete(event.target.value))),
  );
  body.addEventListener("click", (event) => {
    const open = event.target.closest(".cw-open");
    if (!open) return;
    opened = open.value.slice(0, -1);
    for (const other of body.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    open.setAttribute("aria-current", "true");
  });

  const update = () => {
    if (state.library !== library) {
      library = state.library;
      rows = (library?.articles || []).map((item) => ({
        ...item,
        text: `${item.title}\n${item.publisher || ""}\n${item.source}`.toLocaleLowerCase(),
      }));
      const there = new Set(rows.map((item) => item.id));
      for (const id of chosen) if (!there.has(id)) chosen.delete(id);
      refresh();
    }
    showTools();
    say();
  };
  const home = () => body.querySelector("[aria-current]") || (filter.checkVisibility() ? filter : null);
  parts.table = { element, update, home };
})();
