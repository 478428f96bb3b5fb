// Takes the data out of the page: the index at once, details of events in blocks when they are asked for.
const index = JSON.parse(byId("index").textContent);
const events = index.events.map(readEvent);
const blockElements = [...document.querySelectorAll("script.block")];
const openBlocks = new Map(); // the few that were looked at last, for going from event to event

function readEvent(row, number) {
  const string = (at) => (at < 0 ? null : index.strings[at]);
  const [id, class_, type, sector, status, realis, date, day, first, last, parties, items, amounts, documents, mentions, confidence] = row;
  const event = {
    number, id, class: string(class_), type: string(type), sector: string(sector), status: string(status), realis: string(realis),
    date: string(date), day: day ?? first, dated: day !== null, first, last, amounts, documents, mentions, confidence,
    parties: parties.map(([role, name, country, kind, sources]) => ({
      role: string(role), name: string(name), country: string(country), kind: string(kind), sources,
    })),
    items: items.map(([text, category, quantity, unit, sources]) => ({
      text: string(text), category: string(category), quantity, unit: string(unit), sources,
    })),
  };
  event.sides = { supplier: [], recipient: [], party: [], broker: [] };
  for (const party of event.parties) event.sides[party.role]?.push(party);
  event.countries = new Set(event.parties.map((party) => party.country).filter(Boolean));
  event.amount = amounts.find((amount) => amount[2]) ?? null;
  event.words = fold([
    event.type, plain(event.type), event.sector, event.status, ...event.parties.map((party) => party.name),
    ...event.items.flatMap((item) => [item.text, item.category]), ...[...event.countries].map(countryName),
  ].filter(Boolean).join(" "));
  return event;
}

function countryName(code) {
  return index.countries[code] ?? code;
}

async function unpack(element) {
  const bytes = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// What is known of an event besides the index: { history, mentions }.
async function detailsOf(event) {
  const number = Math.floor(event.number / index.blockEvents);
  if (!openBlocks.has(number)) {
    if (openBlocks.size >= 4) openBlocks.delete(openBlocks.keys().next().value);
    openBlocks.set(number, unpack(blockElements[number]));
  }
  return (await openBlocks.get(number))[event.number % index.blockEvents];
}

// Makes titles and sentences searchable, block by block so that the page stays quick meanwhile.
async function addWordsOfDetails() {
  for (const [number, element] of blockElements.entries()) {
    const block = await unpack(element);
    block.forEach((details, place) => {
      const said = details.mentions.flatMap((mention) => [mention.title, (mention.pieces ?? []).map(([text]) => text).join("")]);
      events[number * index.blockEvents + place].words += ` ${fold([...new Set(said)].filter(Boolean).join(" "))}`;
    });
    await new Promise((done) => setTimeout(done));
  }
}
