// One event, opened: the merged record, how it went on, and every mention with its evidence.
const dialog = byId("dialog");
let openedAt = -1; // its place among the events shown

async function openEvent(place) {
  const event = table.shown[place];
  const details = await detailsOf(event);
  openedAt = place;
  dialog.replaceChildren(sheetHead(event, place), sheetBody(event, details));
  if (!dialog.open) dialog.showModal();
  document.body.classList.add("opened");
  dialog.scrollTop = 0;
  byId("dialog-title").focus();
  filtersToAddress(event.id);
}

function sheetHead(event, place) {
  const button = (label, name, act, disabled = false) => {
    const made = el("button", { type: "button", class: "quiet", "aria-label": name, title: name, disabled }, label);
    made.addEventListener("click", act);
    return made;
  };
  const who = whoOf(event);
  return el("div", { class: "sheet-head" },
    el("div", {},
      el("h2", { id: "dialog-title", tabindex: "-1" }, `${plain(event.type)[0].toUpperCase()}${plain(event.type).slice(1)}`, who.length ? [": ", ...who] : null),
      el("p", { class: "tags" }, [event.class, event.sector, event.status, event.realis].map((value) => el("span", { class: `tag ${value}` }, value)), el("span", { class: "tag" }, `confidence ${event.confidence.toFixed(2)}`))),
    el("div", { class: "sheet-buttons" },
      button("‹", "Previous event", () => openEvent(place - 1), place === 0),
      button("›", "Next event", () => openEvent(place + 1), place === table.shown.length - 1),
      button("Close", "Close", () => dialog.close())));
}

function sheetBody(event, { history: stages, mentions }) {
  const all = event.mentions > mentions.length ? [el("p", { class: "hint" }, `${event.mentions - mentions.length} more are not in this dataset.`)] : [];
  return el("div", { class: "sheet" },
    el("h3", {}, "Record"), el("dl", { class: "record" }, record(event)),
    el("h3", {}, "Status history"), el("ol", { class: "history" }, stages.map(stage)),
    el("h3", {}, `${counted(mentions.length, "mention")} in ${counted(event.documents, "document")}`), mentions.map(mentionOf), all);
}

function record(event) {
  const sources = (count) => (event.documents > 1 ? el("span", { class: "note" }, ` · ${counted(count, "source")}`) : null);
  const parties = index.codes.role.map((role) => [role, event.sides[role].map((party) => el("div", {}, bdi(party.name), notes([party.country && countryName(party.country) !== party.name ? countryName(party.country) : null, party.kind]), sources(party.sources)))]);
  const items = event.items.map((item) => el("div", {}, bdi(sayItem(item)), notes([item.category]), sources(item.sources)));
  const sums = event.amounts.map((amount) => el("div", {}, sayAmount(amount), el("span", { class: "note" }, ` ${COUNT.format(amount[0])}`), sources(amount[4])));
  const dates = [
    event.date ? el("div", {}, sayDate(event.date), sayDate(event.date) === event.date ? null : el("span", { class: "note" }, ` ${event.date}`)) : null,
    event.first === null ? null : el("div", { class: event.date ? "note" : null }, event.first === event.last ? `reported ${sayDate(isoOfDay(event.first))}` : `reported ${sayDate(isoOfDay(event.first))} – ${sayDate(isoOfDay(event.last))}`),
  ].filter(Boolean);
  return [...parties, ["item", items], ["sum", sums], ["date", dates]].filter(([, values]) => values.length).flatMap(([label, values]) => [el("dt", {}, label), el("dd", {}, values)]);
}

function notes(said) {
  const known = said.filter(Boolean);
  return known.length ? el("span", { class: "note" }, " (", ...listed(known), ")") : null;
}

function stage([status, date, published, title]) {
  const when = date ? sayDate(date) : "undated";
  return el("li", {}, el("b", {}, status), ` · ${when}`, el("span", { class: "note" }, " · ", ...(title ? [bdi(title)] : []), published ? `, ${sayDate(published)}` : null));
}

function mentionOf(mention) {
  const facts = [mention.source, mention.published && sayDate(mention.published)].filter(Boolean);
  return el("article", { class: "mention", "data-id": mention.id },
    mention.pieces ? el("blockquote", { dir: "auto" }, mention.pieces.map(piece)) : el("p", { class: "hint" }, "The sentence is left out of this page."),
    el("p", { class: "from" }, mention.title ? el("b", {}, bdi(mention.title)) : null, facts.length ? [mention.title ? " · " : null, ...listed(facts, " · ")] : null,
      mention.link ? [" · ", el("a", { href: mention.link, rel: "noopener noreferrer", target: "_blank" }, "open the source")] : null),
    el("p", { class: "place" }, el("bdi", { class: "uri" }, mention.uri), `, characters ${mention.place[0]} to ${mention.place[1]} · ${plain(mention.type)} · ${mention.status} · ${mention.realis} · confidence ${mention.confidence.toFixed(2)}`),
    el("details", {}, el("summary", {}, "What was read"), el("dl", { class: "record" }, readings(mention))));
}

function piece([text, roles, closing]) {
  return roles.length ? el("mark", { class: roles.join(" "), "data-label": closing.join(" · ") || null }, bdi(text)) : text;
}

function readings(mention) {
  const at = (start, end) => (start === null ? null : el("span", { class: "note" }, ` at ${start} to ${end}`));
  const lines = [
    ["trigger", [bdi(mention.trigger[0]), at(mention.trigger[1], mention.trigger[2])]],
    ...mention.parties.map(([role, name, country, said, start, end, resolved]) => [role, [bdi(name), notes([country, start === null ? "carried over" : resolved && said ? `said as “${said}”` : null]), at(start, end)]]),
    ...mention.items.map(([text, start, end]) => ["item", [bdi(text), at(start, end)]]),
    ...mention.amounts.map(([amount, start, end]) => ["sum", [sayAmount(amount), at(start, end)]]),
    mention.date ? ["date", [mention.date]] : null,
    mention.location ? ["place", [bdi(mention.location[0]), at(mention.location[1], mention.location[2])]] : null,
  ];
  return lines.filter(Boolean).flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, ...value.filter(Boolean))]);
}

function startDialog() {
  dialog.addEventListener("close", () => {
    document.body.classList.remove("opened");
    filtersToAddress(null);
    focusEvent(openedAt);
  });
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (press) => {
    if (press.key !== "Tab") return;
    const stops = [...dialog.querySelectorAll("button:not(:disabled), a[href], summary")];
    const edge = press.shiftKey ? stops[0] : stops.at(-1);
    const outside = press.shiftKey && document.activeElement === byId("dialog-title");
    if (document.activeElement === edge || outside) {
      press.preventDefault();
      (press.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  });
}
