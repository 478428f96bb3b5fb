"""How the reading process talks to the one that started it: JSON lines, each with the text that it speaks of behind it.

Nothing is pickled: what a reader makes of hostile bytes must never be code.
"""

import dataclasses
import datetime
import json
from typing import Any, Final

from schemas.records import DeadLetter, Document, Paragraph, Source
from transforms.read.formats.interface import Cut
from transforms.read.found import PASSED
from transforms.read.limits import FieldNames, ReadLimits, ReadOptions
from transforms.read.unfold import Announced, Noted, Outcome

TEXT: Final = "surrogatepass"
END: Final = "end"


@dataclasses.dataclass(frozen=True)
class Job:
    """What to read.

    Attributes:
        source: The input.
        canonical: Its canonical URI.
        path: The local file to open.
        name: The file name to choose a reader by.
        start, end, first: The part, as in `schemas.records.Part`.
        options: Limits and names of fields.
        skip: How many documents and dead letters are done with already.
        cut_into: If given, the file is not read, but cut into parts of about so many bytes.
    """

    source: Source
    canonical: str
    path: str
    name: str
    start: int
    end: int | None
    first: int
    options: ReadOptions
    skip: int = 0
    cut_into: int | None = None


def encode_job(job: Job) -> bytes:
    """Return a job as one line."""
    fields = dataclasses.asdict(job)
    fields["source"]["published"] = _day(job.source.published)
    return json.dumps(fields).encode() + b"\n"


def decode_job(line: bytes) -> Job:
    """Return the job of a line."""
    fields = json.loads(line)
    options = fields.pop("options")
    source = fields.pop("source")
    return Job(
        source=Source(**{**source, "published": _read_day(source["published"])}),
        options=ReadOptions(
            limits=ReadLimits(**options["limits"]),
            fields=FieldNames(**options["fields"]),
            any_language=options["any_language"],
        ),
        **fields,
    )


def encode(outcome: Outcome | None) -> bytes:
    """Return an outcome as a line and what follows it; None is the end."""
    text = b""
    if isinstance(outcome, Document):
        text = outcome.text.encode("utf-8", TEXT)
        fields: dict[str, Any] = {name: getattr(outcome, name) for name in _DOCUMENT_FIELDS}
        fields["published"] = _day(outcome.published)
        fields["paragraphs"] = [dataclasses.astuple(paragraph) for paragraph in outcome.paragraphs]
        line: dict[str, Any] = {"kind": "document", "text": len(text), "fields": fields}
    elif isinstance(outcome, DeadLetter):
        line = {"kind": "letter", "fields": dataclasses.asdict(outcome)}
    elif isinstance(outcome, Announced):
        line = {"kind": "announced", "uri": outcome.uri}
    elif isinstance(outcome, Noted):
        line = {"kind": "noted", "note": outcome.note}
    elif isinstance(outcome, Cut):
        line = {"kind": "cut", "fields": dataclasses.asdict(outcome)}
    else:
        line = {"kind": "passed" if outcome is not None else END}
    return json.dumps(line).encode() + b"\n" + text


def text_length(line: dict[str, Any]) -> int:
    """Return how many bytes of text follow a decoded line."""
    return int(line.get("text", 0))


def decode(line: dict[str, Any], text: bytes) -> Outcome | None:
    """Return the outcome of a decoded line and the text behind it; None is the end."""
    kind = line["kind"]
    if kind == "document":
        fields = line["fields"]
        fields["published"] = _read_day(fields["published"])
        fields["paragraphs"] = tuple(Paragraph(*paragraph) for paragraph in fields["paragraphs"])
        return Document(text=text.decode("utf-8", TEXT), **fields)
    if kind == "letter":
        return DeadLetter(**line["fields"])
    if kind == "announced":
        return Announced(line["uri"])
    if kind == "noted":
        return Noted(line["note"])
    if kind == "cut":
        return Cut(**line["fields"])
    return PASSED if kind != END else None


_DOCUMENT_FIELDS: Final = tuple(field.name for field in dataclasses.fields(Document) if field.name != "text")


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
