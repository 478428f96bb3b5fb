// The table of events, page by page. One row at a time can be reached by Tab; arrow keys go from row to row.
const COLUMNS = [
  { key: "date", label: "Date", of: (event) => event.day, cell: dateCell },
  { key: "type", label: "Event", of: (event) => `${event.class} ${event.type}`, cell: typeCell },
  { key: "who", label: "Who", of: (event) => event.parties.map((party) => party.name).join(" ").toLowerCase() || null, cell: whoCell },
  { key: "what", label: "What", of: (event) => event.items[0]?.text.toLowerCase() ?? null, cell: whatCell },
  { key: "sum", label: "Sum", of: (event) => event.amount?.[0] ?? null, cell: sumCell },
  { key: "sector", label: "Sector", of: (event) => event.sector, cell: (event) => el("td", {}, event.sector) },
  { key: "status", label: "Status", of: (event) => index.codes.status.indexOf(event.status), cell: statusCell },
  { key: "sources", label: "Sources", of: (event) => event.documents, cell: sourcesCell },
  { key: "confidence", label: "Confidence", of: (event) => event.confidence, cell: confidenceCell },
];
const PRINTED_ROWS = 500;
const table = { shown: [], page: 0, size: 50, sort: "date", descending: true, current: 0 };

function dateCell(event) {
  if (event.dated || event.date) return el("td", {}, sayDate(event.date));
  if (event.day === null) return el("td", { class: "none" }, "–");
  return el("td", {}, sayDate(isoOfDay(event.day)), el("div", { class: "hint" }, "first report"));
}

function typeCell(event) {
  return el("td", {}, el("button", { type: "button", class: "open", tabindex: "-1", "aria-haspopup": "dialog" }, plain(event.type)),
    el("div", { class: "hint" }, event.class), event.realis === "asserted" ? null : el("span", { class: `tag ${event.realis}` }, event.realis));
}

// Names for a line: the first of many, and the beginning of what is too long. The record shows all of them whole.
function few(texts, most = 4, longest = 120) {
  const shown = texts.slice(0, most).map((text) => (text.length > longest ? `${[...text].slice(0, longest - 1).join("")}…` : text));
  return texts.length > most ? [...shown, `${texts.length - most} more`] : shown;
}

// "France → India (with Russia)": who gives to whom, and those who act side by side.
function whoOf(event) {
  const names = (side) => few([...new Set(event.sides[side].map((party) => party.name))]);
  const [suppliers, recipients, parties] = ["supplier", "recipient", "party"].map(names);
  const said = (side) => (side.length ? listed(side) : [el("span", { class: "none", title: "not said" }, "?")]);
  const arrow = el("span", { class: "arrow", role: "img", "aria-label": "to" }, "→");
  const directed = suppliers.length || recipients.length ? [...said(suppliers), arrow, ...said(recipients)] : [];
  const between = directed.length && parties.length ? [" · "] : [];
  return [...directed, ...between, ...listed(parties, " – ")];
}

function whoCell(event) {
  const who = whoOf(event);
  return el("td", who.length ? {} : { class: "none" }, who.length ? who : "–");
}

function whatCell(event) {
  if (!event.items.length) return el("td", { class: "none" }, "–");
  return el("td", {}, ...listed(few(event.items.map(sayItem), 3)));
}

function sumCell(event) {
  return event.amount ? el("td", { class: "sum" }, sayAmount(event.amount)) : el("td", { class: "sum none" }, "–");
}

function statusCell(event) {
  return el("td", {}, el("span", { class: `tag ${event.status}` }, event.status));
}

function sourcesCell(event) {
  return el("td", { class: "few" }, COUNT.format(event.documents), el("span", { class: "hint" }, event.documents === 1 ? " source" : " sources"));
}

function confidenceCell(event) {
  const bar = el("i");
  bar.style.width = `${event.confidence * 100}%`;
  return el("td", { class: "few" }, el("span", { class: "meter", "aria-hidden": "true" }, bar), percent(event.confidence));
}

function sorted(list) {
  const { of } = COLUMNS.find((column) => column.key === table.sort);
  const sign = table.descending ? -1 : 1;
  const keyed = list.map((event) => [of(event), event]);
  keyed.sort(([one, a], [other, b]) => {
    if (one === null || other === null) return (one === null) - (other === null) || a.number - b.number; // unknown stands last
    return one === other ? a.number - b.number : (one < other ? -1 : 1) * sign;
  });
  return keyed.map(([, event]) => event);
}

function drawHeads() {
  byId("heads").replaceChildren(...COLUMNS.map((column) => {
    const direction = table.sort === column.key ? (table.descending ? "descending" : "ascending") : null;
    const button = el("button", { type: "button" }, column.label);
    button.addEventListener("click", () => sortBy(column.key));
    return el("th", { role: "columnheader", scope: "col", "aria-sort": direction, "data-key": column.key }, button);
  }));
}

function sortBy(key) {
  table.descending = table.sort === key ? !table.descending : ["date", "sum", "sources", "confidence"].includes(key);
  table.sort = key;
  drawHeads();
  byId("heads").querySelector(`[data-key="${key}"] button`).focus();
  showTable(table.shown);
}

function showTable(list) {
  table.shown = sorted(list);
  table.page = 0;
  drawRows();
}

function drawRows(size = table.size) {
  const first = table.page * size;
  const rows = table.shown.slice(first, first + size).map((event, at) => {
    const row = el("tr", { role: "row", "data-id": event.id }, ...COLUMNS.map((column) => column.cell(event)));
    for (const cell of row.cells) cell.setAttribute("role", "cell");
    row.addEventListener("click", (click) => { if (!getSelection().toString() || click.target.closest("button")) openEvent(first + at); });
    return row;
  });
  const none = el("tr", { role: "row", class: "empty-row" }, el("td", { role: "cell", colspan: COLUMNS.length, class: "empty" }, "No event passes these filters."));
  byId("rows").replaceChildren(...(rows.length ? rows : [none]));
  setCurrent(0);
  const pages = Math.max(1, Math.ceil(table.shown.length / size));
  byId("page").textContent = `Page ${COUNT.format(table.page + 1)} of ${COUNT.format(pages)}`;
  byId("previous").disabled = table.page === 0;
  byId("next").disabled = table.page >= pages - 1;
}

const openers = () => [...byId("rows").querySelectorAll(".open")];

function setCurrent(at, focus = false) {
  const buttons = openers();
  table.current = Math.max(0, Math.min(at, buttons.length - 1));
  buttons.forEach((button, number) => button.setAttribute("tabindex", number === table.current ? "0" : "-1"));
  if (focus) buttons[table.current]?.focus();
}

function turnPage(by) {
  const pages = Math.ceil(table.shown.length / table.size);
  const page = Math.max(0, Math.min(table.page + by, pages - 1));
  if (page === table.page) return false;
  table.page = page;
  drawRows();
  return true;
}

// Brings the row of a shown event into view and the focus back to it.
function focusEvent(place) {
  const page = Math.floor(place / table.size);
  if (page !== table.page) { table.page = page; drawRows(); }
  setCurrent(place % table.size, true);
}

function startTable() {
  drawHeads();
  byId("previous").addEventListener("click", () => turnPage(-1));
  byId("next").addEventListener("click", () => turnPage(1));
  byId("size").addEventListener("change", ({ target }) => { table.size = Number(target.value); table.page = 0; drawRows(); });
  byId("rows").addEventListener("focusin", ({ target }) => { const at = openers().indexOf(target); if (at >= 0) setCurrent(at); });
  byId("rows").addEventListener("keydown", (press) => {
    const last = openers().length - 1;
    if (press.key === "ArrowDown") { if (table.current < last) setCurrent(table.current + 1, true); else if (turnPage(1)) setCurrent(0, true); }
    else if (press.key === "ArrowUp") { if (table.current > 0) setCurrent(table.current - 1, true); else if (turnPage(-1)) setCurrent(table.size, true); }
    else if (press.key === "Home") setCurrent(0, true);
    else if (press.key === "End") setCurrent(last, true);
    else if (press.key === "PageDown") { if (turnPage(1)) setCurrent(0, true); }
    else if (press.key === "PageUp") { if (turnPage(-1)) setCurrent(0, true); }
    else return;
    press.preventDefault();
  });
  addEventListener("beforeprint", () => { table.kept = table.page; table.page = 0; drawRows(PRINTED_ROWS); });
  addEventListener("afterprint", () => { table.page = table.kept; drawRows(); });
}
