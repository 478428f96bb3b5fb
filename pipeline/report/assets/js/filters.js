// Which events are wanted. The filters live in the form, and in the address so that a link keeps them.
const FIELDS = ["text", "class", "type", "country", "sector", "status", "realis", "from", "to", "confidence"];
const form = byId("filters");

function wanted() {
  const value = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
  const words = fold(value.text).split(/\s+/).filter(Boolean);
  const countries = value.country ? countriesCalled(value.country) : null;
  const [from, to, least] = [dayOfIso(value.from), dayOfIso(value.to), Number(value.confidence)];
  return (event) =>
    ["class", "type", "sector", "status", "realis"].every((name) => !value[name] || event[name] === value[name]) &&
    event.confidence >= least &&
    (from === null || (event.day !== null && event.day >= from)) &&
    (to === null || (event.day !== null && event.day <= to)) &&
    (countries === null || countries.some((code) => event.countries.has(code))) &&
    words.every((word) => event.words.includes(word));
}

// Codes of the countries and bodies that what is typed may mean: the one of that name or code, or all that begin so.
function countriesCalled(typed) {
  const asked = fold(typed);
  const known = Object.entries(index.countries).map(([code, name]) => [code, fold(code), fold(name)]);
  const exact = known.filter(([, code, name]) => code === asked || name === asked);
  const found = exact.length ? exact : known.filter(([, code, name]) => code.startsWith(asked) || name.split(" ").some((_, at, all) => all.slice(at).join(" ").startsWith(asked)));
  return found.map(([code]) => code);
}

function filtersToAddress(opened) {
  const set = new URLSearchParams();
  for (const name of FIELDS) {
    const { value } = form.elements[name];
    if (value && !(name === "confidence" && Number(value) === 0)) set.set(name, value);
  }
  if (opened) set.set("event", opened);
  history.replaceState(null, "", set.size ? `#${set}` : location.pathname + location.search);
}

// Returns the id of the event that the address names, if any.
function filtersFromAddress() {
  const set = new URLSearchParams(location.hash.slice(1));
  for (const name of FIELDS) if (set.has(name)) form.elements[name].value = set.get(name);
  return set.get("event");
}
