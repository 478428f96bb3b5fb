"""Measures linking on generated mentions: time and memory as the number grows.

    python -m benchmarks.link [--mentions 100000 1000000] [--workers 1] [--folder FOLDER]

The world that is made up has one event for about five mentions. Documents come on 3,000 days and tell of one to three
events in one or two sentences each. The number of parties and goods does not grow, so the blocks of linking do. Each
size is linked by a process of its own; printed are its seconds, those of processors and their ratio to the first size
(which tells more on a busy machine), the peak of its memory, and the pairwise F1 of the events against those that the
mentions were made from.
"""

import argparse
import collections
import datetime
import hashlib
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema, file_schema
from schemas.codes import COOPERATION_TYPES, DEAL_TYPES, EVENT_CLASSES, SCHEMA_VERSION
from schemas.records import Mention
from transforms.write import commit_tables, list_files, one_writer, prepare_output

BEGIN = datetime.date(2010, 1, 1)
DAYS = 3000
PER_EVENT = 5
CHUNK = 50_000
COUNTRIES = [f"{a}{b}{c}" for a in "ABCDE" for b in "AEIOU" for c in "LMNRST"]
GOODS = (
    "frigates",
    "fighter jets",
    "tanks",
    "missiles",
    "helicopters",
    "gas",
    "oil",
    "reactors",
    "satellites",
    "trucks",
)
MAKES = [f"{letter}{letter2}-{number}" for letter in "BCDFGKMST" for letter2 in "AEU" for number in range(10, 90, 3)]
DEALS = {"agreed": "signed a contract for", "negotiating": "is in talks over", "completed": "took delivery of"}
TALKS = {"completed": "met for talks on", "proposed": "plan to meet on", "underway": "are working together on"}
TOPICS = (
    "trade",
    "border security",
    "energy",
    "climate",
    "migration",
    "space",
    "research",
    "visas",
    "ports",
    "fishing",
)


def main(argv: list[str] | None = None) -> int:
    """Measure each size and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, help="where to write; a temporary folder if not given")
    args = parser.parse_args(argv)
    base = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for count in args.mentions:
            out = (args.folder or pathlib.Path(scratch)) / f"link-{count}"
            if out.exists():
                parser.error(f"{out} exists already; name another --folder, or remove it")
            generate(out, count)
            seconds, busy, peak = measure(out, args.workers)
            base = base or busy
            work = f"{seconds:.1f} s, {busy:.1f} s of processors ({busy / base:.1f} times the first)"
            figures = f"peak {peak / 1e9:.2f} GB, pairwise F1 {agreement(out):.3f}"
            print(f"{count:>9,} mentions: {work}, {figures}", flush=True)
    return 0


def measure(out: pathlib.Path, workers: int) -> tuple[float, float, int]:
    """Link a dataset in a process of its own; return its seconds, those of processors, and the peak of its memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "cordiale", "link", str(out), "--workers", str(workers), "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen(command)  # noqa: S603
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"linking failed with exit code {process.returncode}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, busy, peak


def resident(pid: int) -> int:
    """Return the resident bytes of a process and its children (Linux)."""
    total = 0
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        total += next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        total += sum(resident(int(child)) for child in children)
    except (OSError, StopIteration):
        pass
    return total


def generate(out: pathlib.Path, count: int) -> None:
    """Write a dataset of about `count` mentions; the `model` of each names the event that it was made from."""
    root = prepare_output(str(out))
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in EVENT_CLASSES}
    with one_writer(root):
        for row in mentions(count, random.Random(count)):  # noqa: S311
            rows[row["event_class"]].append(row)
            if sum(map(len, rows.values())) >= CHUNK:
                commit(root, rows)
        commit(root, rows)


def commit(root: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Commit rows of mentions and forget them."""
    schema = arrow_schema(Mention)
    tables = {
        f"mentions/event_class={name}": [
            pa.Table.from_pylist(found, schema=schema).drop_columns(["event_class"]).cast(file_schema("mentions"))
        ]
        for name, found in rows.items()
        if found
    }
    commit_tables(root, tables, options={"command": "benchmark"}, versions={})
    for found in rows.values():
        found.clear()


def mentions(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield rows of mentions, document by document."""
    events = [event(chance) for _ in range(max(1, count // PER_EVENT))]
    made = number = 0
    while made < count:
        told = [chance.choice(events) for _ in range(chance.randint(1, 3))]
        uri = f"file:///archive/{number}.txt"
        number += 1
        for row in document(uri, told, chance):
            made += 1
            yield row


def event(chance: random.Random) -> dict[str, Any]:
    """Return a made-up event."""
    one, other = chance.sample(COUNTRIES, 2)
    deal = chance.random() < 0.5
    return {
        "id": f"{chance.getrandbits(64):016x}",
        "deal": deal,
        "type": chance.choice(DEAL_TYPES if deal else COOPERATION_TYPES),
        "parties": (one, other),
        "make": chance.choice(MAKES),
        "good": chance.choice(GOODS),
        "topic": chance.choice(TOPICS),
        "quantity": float(chance.randint(2, 90)),
        "sum": chance.randint(10, 900) * 1e6,
        "day": BEGIN + datetime.timedelta(days=chance.randrange(DAYS)),
    }


def document(uri: str, told: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the mentions of a document."""
    place = 0
    doc_id = hashlib.sha256(uri.encode()).hexdigest()[:32]
    published = max(e["day"] for e in told) + datetime.timedelta(days=chance.choice((0, 0, 1, 1, 2, 30)))
    for paragraph, e in enumerate(told):
        for _ in range(chance.randint(1, 2)):
            yield mention(uri, doc_id, published, paragraph, place, e, chance)
            place += 200


def mention(
    uri: str, doc_id: str, published: datetime.date, paragraph: int, at: int, e: dict[str, Any], chance: random.Random
) -> dict[str, Any]:
    """Return one mention of an event."""
    one, other = e["parties"]
    verbs = DEALS if e["deal"] else TALKS
    status = chance.choice(list(verbs))
    what = f"{e['quantity']:.0f} {e['make']} {e['good']}" if e["deal"] else e["topic"]
    sentence = f"{one} and {other} said that {one} {verbs[status]} {what} on {e['day']:%A}."
    roles = ("recipient", "supplier") if e["deal"] else ("party", "party")
    parties = [
        {
            "role": role,
            "text": name,
            "start": at,
            "end": at + 3,
            "name": name,
            "kind": "country",
            "country": name,
            "resolved": False,
        }
        for role, name in zip(roles, (one, other), strict=True)
    ]
    item = {"text": f"{e['make']} {e['good']}", "start": at, "end": at + 9, "category": None, "quantity": e["quantity"]}
    item |= {"quantity_text": None, "quantity_start": None, "quantity_end": None, "unit": None}
    amount = {"text": "sum", "start": at, "end": at + 3, "amount": e["sum"], "amount_max": None, "currency": "USD"}
    dated = chance.random() < 0.5
    trigger = verbs[status].split()[0]
    start = at + sentence.index(trigger)
    return {
        "mention_id": hashlib.sha256(f"{uri} {at}".encode()).hexdigest()[:32],
        "event_class": "deal" if e["deal"] else "cooperation",
        "event_type": e["type"],
        "sector": "military" if e["deal"] else "diplomatic",
        "status": status,
        "realis": "asserted",
        "doc_id": doc_id,
        "uri": uri,
        "published": published,
        "language": "en",
        "paragraph": paragraph,
        "sentence": sentence,
        "sentence_start": at,
        "sentence_end": at + len(sentence),
        "trigger": trigger,
        "trigger_start": start,
        "trigger_end": start + len(trigger),
        "participants": parties,
        "items": [item] if e["deal"] else [],
        "amounts": [{**amount, "qualifier": "exact"}] if e["deal"] and dated else [],
        "event_date": e["day"].isoformat() if dated else None,
        "event_date_earliest": e["day"] if dated else None,
        "event_date_latest": e["day"] if dated else None,
        "plover": "COOPERATE",
        "cameo": "061",
        "confidence": round(chance.uniform(0.3, 1.0), 2),
        "extractor": "benchmark",
        "model": e["id"],
        "schema_version": SCHEMA_VERSION,
    }


def agreement(out: pathlib.Path) -> float:
    """Return the F1 of which mentions share an event against those that were made from the same one."""
    truth: dict[str, str] = {}
    for file in list_files(str(out), "mentions"):
        table = pq.read_table(out / file.path, columns=["mention_id", "model"], partitioning=None)
        truth.update(zip(table["mention_id"].to_pylist(), table["model"].to_pylist(), strict=True))
    found: dict[str, str] = {}
    for file in list_files(str(out), "events"):
        for row in pq.read_table(out / file.path, columns=["event_id", "mention_ids"]).to_pylist():
            found.update(dict.fromkeys(row["mention_ids"], row["event_id"]))
    same = pairs(collections.Counter(truth.values()))
    got = pairs(collections.Counter(found.values()))
    both = pairs(collections.Counter((truth[mention], group) for mention, group in found.items()))
    return 2 * both / max(1, same + got)


def pairs(sizes: "collections.Counter[Any]") -> int:
    """Return how many pairs there are in groups."""
    return sum(n * (n - 1) // 2 for n in sizes.values())


if __name__ == "__main__":
    sys.exit(main())
