// Draws the charts. Each has a sentence that says what is to be seen, and a table with the same numbers.
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
const PALETTES = {
  light: ["#0b6fa4", "#d1742c", "#3f8f5f", "#8a5aa8", "#b8a02c", "#5a7f8f", "#c2506a", "#7a6a55", "#2f9c9c", "#8f949a", "#3d4f9f", "#a1b04a", "#d79bb5", "#5f5f5f", "#c8b79a"],
  dark: ["#5fb3df", "#eb9a58", "#77c594", "#bd93d8", "#d8c255", "#8fb4c4", "#ea8298", "#b3a288", "#62caca", "#aab0b6", "#8a9ae6", "#c5d370", "#e6b8cd", "#8c8c8c", "#ddd0b8"],
};
const STAGES = { // from an idea to a fact by depth of colour; what came to nothing stands apart
  light: { proposed: "#c5dcea", negotiating: "#8fbdd8", agreed: "#4a93bd", underway: "#1f6f9e", completed: "#0a4568", suspended: "#d9b44a", cancelled: "#c4713f", rejected: "#a33a3a" },
  dark: { proposed: "#2d4a5c", negotiating: "#36698a", agreed: "#4a93bd", underway: "#7fbde0", completed: "#c3e3f5", suspended: "#d9b44a", cancelled: "#dd8b5b", rejected: "#e07474" },
};
const ACTORS = 22;
const charts = {};
let drawn = []; // what the charts show now

const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const theme = () => document.documentElement.dataset.theme;
const narrow = () => innerWidth < 720;

function colourOf(kind, value) {
  if (kind === "status") return STAGES[theme()][value];
  if (kind === "role") return variable(`--${value}-edge`);
  return PALETTES[theme()][index.codes[kind].indexOf(value) % PALETTES.light.length];
}

function base() {
  const [ink, soft, panel, line] = ["--ink", "--soft", "--panel", "--line"].map(variable);
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: ink, fontSize: 12 },
    // Rich text is drawn, not parsed as HTML: names of documents cannot become markup in it.
    tooltip: { renderMode: "richText", confine: true, backgroundColor: panel, borderColor: line, borderWidth: 1, textStyle: { color: ink, fontSize: 12 } },
    axis: { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft }, splitLine: { lineStyle: { color: line, width: 0.7 } } },
  };
}

// ECharts reads {name|text} as a style: braces of documents are shown as others that look alike.
const literal = (text) => text.replaceAll("{", "❴").replaceAll("}", "❵");
const clipped = (text, length) => { const letters = [...text]; return literal(letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text); };

function draw(name, option, { summary, key = [], head, rows }) {
  const figure = byId(`${name}-drawing`);
  byId(`${name}-summary`).textContent = summary;
  figure.setAttribute("aria-label", summary);
  figure.hidden = rows.length === 0;
  byId(`${name}-key`).replaceChildren(...key.map(([label, colour]) => { const item = el("li", {}, plain(label)); item.style.setProperty("--swatch", colour); return item; }));
  charts[name] ??= echarts.init(figure, null, { renderer: "svg" });
  if (rows.length && figure.clientWidth && figure.clientHeight) {
    charts[name].clear(); // resizing would lay out once more what is no longer there
    charts[name].resize();
    charts[name].setOption(option);
  }
  const details = byId(`${name}-table`);
  details.hidden = rows.length === 0;
  details.fill = () => fillTable(details.querySelector("div"), head, rows);
  if (details.open) details.fill();
}

function fillTable(place, head, rows) {
  const cell = (tag, value) => el(tag, { class: typeof value === "number" ? "number" : null, scope: tag === "th" ? "row" : null }, bdi(typeof value === "number" ? COUNT.format(value) : value));
  place.replaceChildren(el("table", {},
    el("thead", {}, el("tr", {}, head.map((label, at) => el("th", { scope: "col", class: at && typeof rows[0]?.[at] === "number" ? "number" : null }, plain(label))))),
    el("tbody", {}, rows.map(([first, ...rest]) => el("tr", {}, cell("th", first), rest.map((value) => cell("td", value)))))));
}

function drawTimeline(list) {
  const by = document.querySelector("#timeline-by input:checked").value;
  const { unit, bins, counts, undated } = countTimeline(list, by);
  const { axis, ...common } = base();
  const totals = bins.map((_, at) => [...counts.values()].reduce((sum, numbers) => sum + numbers[at], 0));
  const most = totals.indexOf(Math.max(...totals));
  const values = [...counts.keys()];
  draw("timeline", {
    ...common,
    grid: { left: 8, right: 8, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: { ...common.tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: (at) => [at[0].name, ...at.filter((one) => one.value).map((one) => `${plain(one.seriesName)}: ${COUNT.format(one.value)}`)].join("\n") },
    xAxis: { ...axis, type: "category", data: bins, splitLine: { show: false } },
    yAxis: { ...axis, type: "value", minInterval: 1, axisLine: { show: false } },
    series: values.map((value) => ({ name: value, type: "bar", stack: "all", data: counts.get(value), barMaxWidth: 42, barCategoryGap: "22%", itemStyle: { color: colourOf(by, value) } })),
  }, {
    summary: bins.length
      ? `${counted(list.length - undated, "event")} from ${bins[0]} to ${bins.at(-1)}, by ${unit}; most in ${bins[most]} (${COUNT.format(totals[most])})${undated ? `; ${COUNT.format(undated)} without any date are left out` : ""}. Events without a date of their own stand at the day of the first report.`
      : "No event with a date.",
    key: values.map((value) => [value, colourOf(by, value)]),
    head: [unit, ...values, "all"],
    rows: bins.map((bin, at) => [bin, ...values.map((value) => counts.get(value)[at]), totals[at]]),
  });
}

// Those of the closest pairs, in an order round the circle that puts partners side by side.
function roundTable(flows, most) {
  const kept = new Set();
  for (const { source, target } of flows) {
    const more = new Set([...kept, source, target]);
    if (more.size <= most) { kept.add(source); kept.add(target); }
  }
  const links = flows.filter(({ source, target }) => kept.has(source) && kept.has(target));
  const seated = [];
  while (kept.size) {
    const near = seated.toReversed().flatMap((one) => links.filter(({ source, target }) => (source === one && kept.has(target)) || (target === one && kept.has(source)))
      .map(({ source, target }) => (source === one ? target : source)))[0];
    const next = near ?? [...kept][0];
    seated.push(next);
    kept.delete(next);
  }
  return seated;
}

function drawFlows(list) {
  const flows = countFlows(list);
  const weights = new Map();
  for (const { source, target, count } of flows) { add(weights, source, count); add(weights, target, count); }
  const actors = roundTable(flows, narrow() ? 14 : ACTORS).map((name) => [name, weights.get(name)]);
  const places = new Map(actors.map(([name], at) => [name, at]));
  const shown = flows.filter(({ source, target }) => places.has(source) && places.has(target));
  const apart = ({ source, target }) => { const way = Math.abs(places.get(source) - places.get(target)); return Math.min(way, actors.length - way); };
  const main = (flow) => inOrder(flow.sectors)[0][0];
  const heaviest = Math.max(1, ...flows.map(({ count }) => count));
  const biggest = Math.max(1, ...actors.map(([, weight]) => weight));
  const { axis: _, ...common } = base();
  const sectors = [...new Set(shown.map(main))].sort((one, other) => index.codes.sector.indexOf(one) - index.codes.sector.indexOf(other));
  const said = ({ source, target, directed }) => `${countryName(source)} ${directed ? "→" : "–"} ${countryName(target)}`;
  draw("flows", {
    ...common,
    tooltip: { ...common.tooltip, formatter: ({ dataType, data }) => literal(dataType === "edge" ? `${data.said}: ${counted(data.count, "event")}\n${data.sectors}` : `${countryName(data.actor)}: ${counted(data.weight, "link")}`) },
    series: [{
      type: "graph", layout: "circular", circular: { rotateLabel: true }, left: "19%", right: "19%", top: "19%", bottom: "19%", roam: false, cursor: "pointer",
      label: { show: true, color: variable("--ink"), fontSize: 11.5, formatter: ({ data }) => clipped(narrow() ? data.actor : countryName(data.actor), narrow() ? 10 : 17) },
      data: actors.map(([actor, weight], at) => ({ name: String(at), actor, weight, symbolSize: 6 + 22 * Math.sqrt(weight / biggest), itemStyle: { color: variable("--soft") } })),
      links: shown.map((flow) => ({
        source: places.get(flow.source), target: places.get(flow.target), said: said(flow), count: flow.count,
        sectors: inOrder(flow.sectors).map(([sector, count]) => `${sector} ${count}`).join(", "),
        symbol: ["none", flow.directed ? "arrow" : "none"], symbolSize: 8,
        lineStyle: { color: colourOf("sector", main(flow)), width: 1.2 + 5 * (flow.count / heaviest), curveness: apart(flow) < 3 ? 0.08 : 0.2, opacity: 0.8, type: flow.directed ? "solid" : [5, 4] },
      })),
      emphasis: { focus: "adjacency", lineStyle: { opacity: 1 } },
    }],
  }, {
    summary: flows.length
      ? `${counted(flows.length, "pair")}; the closest: ${flows.slice(0, 3).map((flow) => `${said(flow)} (${COUNT.format(flow.count)})`).join(", ")}. Arrows go from supplier to recipient, dashed lines join partners; width is the number of events${weights.size > actors.length ? `; ${actors.length} of ${COUNT.format(weights.size)} sides are drawn` : ""}.`
      : "No event with two sides.",
    key: sectors.map((sector) => [sector, colourOf("sector", sector)]),
    head: ["from", "to", "kind", "events", "sectors"],
    rows: flows.slice(0, 500).map((flow) => [countryName(flow.source), countryName(flow.target), flow.directed ? "supplies" : "with", flow.count, inOrder(flow.sectors).map(([sector, count]) => `${sector} ${count}`).join(", ")]),
  });
}

function drawBars(name, entries, parts, kind, labelOf, summary, head) {
  const top = entries.slice(0, narrow() ? 10 : 15).reverse();
  const used = parts.filter((part) => entries.some(([, counts]) => counts[part]));
  const { axis, ...common } = base();
  draw(name, {
    ...common,
    grid: { left: 4, right: 16, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: { ...common.tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: (at) => [literal(labelOf(top[at[0].dataIndex][0])), ...at.filter((one) => one.value).map((one) => `${one.seriesName}: ${COUNT.format(one.value)}`)].join("\n") },
    xAxis: { ...axis, type: "value", minInterval: 1, axisLine: { show: false } },
    yAxis: { ...axis, type: "category", data: top.map(([value]) => clipped(labelOf(value), 24)), splitLine: { show: false }, axisLabel: { ...axis.axisLabel, color: variable("--ink"), interval: 0 } },
    series: used.map((part) => ({ name: part, type: "bar", stack: "all", barMaxWidth: 16, cursor: "pointer", itemStyle: { color: colourOf(kind, part) }, data: top.map(([, counts]) => counts[part] ?? 0) })),
  }, {
    summary, key: used.map((part) => [part, colourOf(kind, part)]), head: [...head, ...used],
    rows: entries.map(([value, counts]) => [labelOf(value), counts.all, ...used.map((part) => counts[part] ?? 0)]),
  });
}

function drawCountries(list) {
  const entries = countCountries(list);
  const first = entries.slice(0, 3).map(([code, { all }]) => `${countryName(code)} (${COUNT.format(all)})`).join(", ");
  drawBars("countries", entries, index.codes.role, "role", countryName,
    entries.length ? `${counted(entries.length, "country or body", "countries and bodies")}; in most events: ${first}. Bars add up roles, of which a country may have several in an event.` : "No country takes part.",
    ["country", "events"]);
}

function drawGoods(list) {
  const entries = countGoods(list);
  const first = entries.filter(([category]) => category !== NO_CATEGORY).slice(0, 3).map(([category, { all }]) => `${category} (${COUNT.format(all)})`).join(", ");
  drawBars("goods", entries, index.codes.class, "class", (category) => category,
    entries.length ? `Categories of what is traded or worked on, by number of events${first ? `; first: ${first}` : ""}.` : "No event names an item.",
    ["category", "events"]);
}

function drawMoney(list) {
  const { currencies, sums } = countMoney(list);
  const top = currencies.slice(0, 4).map(([currency]) => currency);
  const years = [...new Set([...sums.values()].flatMap((byYear) => [...byYear.keys()]))].sort((one, other) => one - other);
  const span = years.length && years.at(-1) - years[0] < 60 ? Array.from({ length: years.at(-1) - years[0] + 1 }, (_, at) => years[0] + at) : years;
  const { axis, ...common } = base();
  const height = 100 / Math.max(top.length, 1);
  draw("money", {
    ...common,
    tooltip: { ...common.tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: (at) => at.filter((one) => one.value).map((one) => `${one.name}: ${short(one.value)} ${one.seriesName}`).join("\n") || at[0].name },
    title: top.map((currency, at) => ({ text: currency, left: 0, top: `${at * height + 2}%`, padding: 0, textStyle: { fontSize: 12, fontWeight: 600, color: variable("--ink") } })),
    grid: top.map((_, at) => ({ left: 106, right: 8, top: `${at * height + 3}%`, height: `${height - (at === top.length - 1 ? 11 : 7)}%` })),
    xAxis: top.map((_, at) => ({ ...axis, gridIndex: at, type: "category", data: span, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, show: at === top.length - 1 } })),
    yAxis: top.map((_, at) => ({ ...axis, gridIndex: at, type: "value", splitNumber: 2, axisLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: short } })),
    series: top.map((currency, at) => ({ name: currency, type: "bar", xAxisIndex: at, yAxisIndex: at, barMaxWidth: 26, itemStyle: { color: colourOf("class", "deal") }, data: span.map((year) => sums.get(currency).get(year) ?? 0) })),
  }, {
    summary: currencies.length
      ? `Sums reported in ${counted(currencies.length, "currency", "currencies")}, most often ${currencies.slice(0, 3).map(([currency, count]) => `${currency} (${counted(count, "event")})`).join(", ")}${currencies.length > 4 ? "; the first four are drawn" : ""}. Each event counts by its first sum; nothing is converted.`
      : "No event with a sum of money and a date.",
    head: ["year", ...currencies.map(([currency]) => currency)],
    rows: years.map((year) => [String(year), ...currencies.map(([currency]) => sums.get(currency).get(year) ?? 0)]),
  });
}

function drawCharts(list = drawn) {
  drawn = list;
  for (const drawOne of [drawTimeline, drawFlows, drawCountries, drawMoney, drawGoods]) drawOne(list);
}

function startCharts() {
  document.addEventListener("themechange", () => drawCharts());
  byId("timeline-by").addEventListener("change", () => drawTimeline(drawn));
  for (const details of document.querySelectorAll("details.table")) details.addEventListener("toggle", () => details.open && details.fill());
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; requestAnimationFrame(() => drawCharts()); } });
  charts.flows?.on("click", ({ dataType, data }) => { if (dataType === "node" && index.countries[data.actor]) setFilter("country", countryName(data.actor)); });
  charts.countries?.on("click", ({ name, dataIndex }) => {
    const top = countCountries(drawn).slice(0, narrow() ? 10 : 15).reverse();
    if (name) setFilter("country", countryName(top[dataIndex][0]));
  });
}
