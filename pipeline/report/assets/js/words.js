// How numbers, dates and codes are said.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const COUNT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

const plain = (code) => (code ?? "").replaceAll("_", " ");
const counted = (number, one, many = `${one}s`) => `${COUNT.format(number)} ${number === 1 ? one : many}`;
const short = (number) => SHORT.format(number).replace("B", " bn").replace("M", " m").replace("T", " tn").replace("K", " k");
const percent = (share) => `${Math.round(share * 100)} %`;

// An EDTF date as people write it; a year that nobody knows stays unknown.
function sayDate(edtf) {
  if (!edtf) return "";
  return edtf.split("/").map(sayDay).filter(Boolean).join(" – ");
}

function sayDay(text) {
  const [year, month, day] = text.split("-");
  if (!/^(\d{4}|XXXX)$/.test(year)) return text;
  const known = year === "XXXX" ? "(year unknown)" : year;
  return [day && String(Number(day)), month && (MONTHS[Number(month) - 1] ?? month), known].filter(Boolean).join(" ");
}

const isoOfDay = (day) => new Date(day * 86400000).toISOString().slice(0, 10);
const dayOfIso = (text) => (text ? Math.round(Date.parse(`${text}T00:00:00Z`) / 86400000) : null);

function sayAmount([amount, most, currency, qualifier]) {
  const sum = most === null || most === amount ? short(amount) : `${short(Math.min(amount, most))} to ${short(Math.max(amount, most))}`;
  const about = { about: "about ", at_least: "at least ", at_most: "at most " }[qualifier] ?? "";
  return `${about}${sum} ${currency ?? "(currency unknown)"}`;
}

const sayItem = (item) =>
  item.quantity === null ? item.text : `${COUNT.format(item.quantity)} ${item.unit ?? "×"} ${item.text}`;

// For comparing what is typed with what is written: no case, no accents.
const fold = (text) => (/[^\0-\x7f]/.test(text) ? text.normalize("NFKD").replace(/\p{M}/gu, "") : text).toLowerCase();
