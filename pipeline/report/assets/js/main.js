// Puts the page together: filters choose events, and the count, the figures, the table and the charts follow.
let drawingLater;

function update() {
  const passes = wanted();
  const list = events.filter(passes);
  byId("least").textContent = Number(form.elements.confidence.value).toFixed(2);
  byId("count").textContent = list.length === events.length ? `${counted(events.length, "event")}` : `${COUNT.format(list.length)} of ${counted(events.length, "event")}`;
  showTable(list);
  showFigures(list);
  clearTimeout(drawingLater); // charts wait for a pause in typing
  drawingLater = setTimeout(() => { drawCharts(list); document.documentElement.dataset.drawn = String(list.length); }, 80);
  filtersToAddress(null);
}

function showFigures(list) {
  const years = list.map((event) => event.day).filter((day) => day !== null);
  let [first, last] = [Infinity, -Infinity];
  for (const day of years) { first = Math.min(first, day); last = Math.max(last, day); }
  const set = (id, text) => { byId(`figure-${id}`).textContent = text; };
  set("events", COUNT.format(list.length));
  set("deals", COUNT.format(list.filter((event) => event.class === "deal").length));
  set("cooperation", COUNT.format(list.filter((event) => event.class === "cooperation").length));
  set("mentions", COUNT.format(list.reduce((sum, event) => sum + event.mentions, 0)));
  set("countries", COUNT.format(new Set(list.flatMap((event) => [...event.countries])).size));
  const [from, to] = years.length ? [first, last].map((day) => isoOfDay(day).slice(0, 4)) : ["–", "–"];
  set("period", from === to ? from : `${from} – ${to}`);
}

function setFilter(name, value) {
  form.elements[name].value = value;
  update();
}

const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

async function start() {
  const asked = filtersFromAddress();
  byId("countries").replaceChildren(...Object.values(index.countries).map((name) => el("option", { value: name })));
  startTable();
  startDialog();
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  byId("fold").addEventListener("click", ({ target }) => {
    const unfolded = target.closest(".filters").classList.toggle("unfolded");
    target.setAttribute("aria-expanded", String(unfolded));
  });
  update();
  clearTimeout(drawingLater);
  const place = asked ? table.shown.findIndex((event) => event.id === asked) : -1;
  if (place >= 0) openEvent(place);
  await painted(); // figures and table are there to be read and filtered while charts are drawn
  performance.mark("usable");
  drawCharts(table.shown);
  startCharts();
  await painted();
  performance.mark("opened");
  document.documentElement.dataset.ready = "yes";
  await addWordsOfDetails();
  document.documentElement.dataset.searchable = "yes";
  if (form.elements.text.value) update();
}

start();
