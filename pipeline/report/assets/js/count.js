// Counts events for charts, as `pipeline/report/figures.py` does.
const LONGEST = [["day", 45], ["month", 36 * 31], ["quarter", 8 * 366], ["year", 120 * 366], ["decade", Infinity]];
const STEP = { day: 1, month: 28, quarter: 28, year: 365, decade: 365 };

const NO_CATEGORY = "without a category";

const add = (map, key, by = 1) => map.set(key, (map.get(key) ?? 0) + by);
const inOrder = (map) => [...map].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));

function binOf(day, unit) {
  const iso = isoOfDay(day);
  if (unit === "quarter") return `${iso.slice(0, 4)} Q${Math.ceil(Number(iso.slice(5, 7)) / 3)}`;
  if (unit === "decade") return `${iso.slice(0, 3)}0s`;
  return iso.slice(0, { day: 10, month: 7, year: 4 }[unit]);
}

// { unit, bins, counts: Map(value -> numbers, one for each bin), undated }
function countTimeline(list, by) {
  const dated = list.filter((event) => event.day !== null);
  if (!dated.length) return { unit: "year", bins: [], counts: new Map(), undated: list.length };
  let [first, last] = [Infinity, -Infinity];
  for (const { day } of dated) { first = Math.min(first, day); last = Math.max(last, day); }
  const [unit] = LONGEST.find(([, longest]) => last - first <= longest);
  const bins = new Map();
  for (let day = first; day < last; day += STEP[unit]) { const bin = binOf(day, unit); if (!bins.has(bin)) bins.set(bin, bins.size); }
  if (!bins.has(binOf(last, unit))) bins.set(binOf(last, unit), bins.size);
  const counts = new Map(index.codes[by].map((value) => [value, new Array(bins.size).fill(0)]));
  const binsOfDays = new Map();
  for (const event of dated) {
    if (!binsOfDays.has(event.day)) binsOfDays.set(event.day, bins.get(binOf(event.day, unit)));
    counts.get(event[by])[binsOfDays.get(event.day)] += 1;
  }
  for (const [value, numbers] of counts) if (!numbers.some(Boolean)) counts.delete(value);
  return { unit, bins: [...bins.keys()], counts, undated: list.length - dated.length };
}

// Map("source|target|directed" -> { source, target, directed, count, sectors: Map })
function countFlows(list) {
  const flows = new Map();
  for (const event of list) {
    const sides = (role) => [...new Set(event.sides[role].map((party) => party.country ?? party.name))].sort();
    const [suppliers, recipients, parties] = ["supplier", "recipient", "party"].map(sides);
    for (const source of suppliers) for (const target of recipients) if (source !== target) addFlow(flows, source, target, true, event);
    parties.forEach((source, at) => { for (const target of parties.slice(at + 1)) addFlow(flows, source, target, false, event); });
  }
  return [...flows.values()].sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1));
}

function addFlow(flows, source, target, directed, event) {
  const key = JSON.stringify([source, target, directed]);
  if (!flows.has(key)) flows.set(key, { key, source, target, directed, count: 0, sectors: new Map() });
  const flow = flows.get(key);
  flow.count += 1;
  add(flow.sectors, event.sector);
}

// [[code, { all, supplier, recipient, party, broker }], ...], most events first
function countCountries(list) {
  const found = new Map();
  for (const event of list) {
    for (const code of event.countries) {
      if (!found.has(code)) found.set(code, { all: 0 });
      const roles = found.get(code);
      roles.all += 1;
      for (const role of index.codes.role) {
        if (event.sides[role].some((party) => party.country === code)) roles[role] = (roles[role] ?? 0) + 1;
      }
    }
  }
  return [...found].sort(([a, one], [b, other]) => other.all - one.all || (a < b ? -1 : 1));
}

// [[category, { all, deal, cooperation }], ...]; an event counts once for each category
function countGoods(list) {
  const found = new Map();
  for (const event of list) {
    for (const category of new Set(event.items.map((item) => item.category ?? NO_CATEGORY))) {
      if (!found.has(category)) found.set(category, { all: 0 });
      const classes = found.get(category);
      classes.all += 1;
      classes[event.class] = (classes[event.class] ?? 0) + 1;
    }
  }
  const last = (category) => category === NO_CATEGORY;
  return [...found].sort(([a, one], [b, other]) => last(a) - last(b) || other.all - one.all || (a < b ? -1 : 1));
}

// { currencies: [[code, events], ...], sums: Map(currency -> Map(year -> sum)) }, by the first sum of each event
function countMoney(list) {
  const sums = new Map();
  const currencies = new Map();
  for (const { day, amount } of list) {
    if (day === null || !amount) continue;
    const [value, , currency] = amount;
    if (!sums.has(currency)) sums.set(currency, new Map());
    add(sums.get(currency), Number(isoOfDay(day).slice(0, 4)), value);
    add(currencies, currency);
  }
  return { currencies: inOrder(currencies), sums };
}
