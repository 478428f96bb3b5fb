"""Rows by hand for the tests of the sink, and the few lines that run it."""

import datetime
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from schemas.codes import SCHEMA_VERSION
from schemas.records import (
    Amount,
    DeadLetter,
    DocumentRow,
    Item,
    Location,
    Mention,
    ParagraphRow,
    Participant,
    WrittenFile,
)
from transforms.write.commit import Run, commit_files
from transforms.write.counts import count_row
from transforms.write.manifest import Manifest
from transforms.write.names import folder_of, temporary_folder
from transforms.write.parquet import RowFile
from transforms.write.sink import WriteDataset

FOLDERS = (
    "documents",
    "paragraphs",
    "mentions/event_class=deal",
    "mentions/event_class=cooperation",
    "events",
    "dead_letters",
)
STARTED = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def document(number: int = 0, **changes: Any) -> DocumentRow:
    fields: dict[str, Any] = {
        "doc_id": f"d{number}",
        "content_id": f"c{number}",
        "uri": f"news/{number}.txt",
        "url": None,
        "title": "Two states sign",
        "source": None,
        "author": None,
        "language": "en",
        "published": datetime.date(2024, 5, 6),
        "published_origin": "text",
        "format": "text",
        "encoding": "utf-8",
        "bytes": 100,
        "characters": 90,
        "paragraphs": 3,
        "sentences": 5,
        "sentences_parsed": 2,
        "mentions": 2,
        "duplicate_of": None,
        "commit_id": "",
        "extractor": "frames",
        "model": "en",
        "schema_version": SCHEMA_VERSION,
    }
    return DocumentRow(**{**fields, **changes})


def paragraph(number: int = 0, text: str = "France sold jets.") -> ParagraphRow:
    return ParagraphRow(f"d{number}", 0, "body", text, 0, len(text))


def mention(number: int = 0, event_class: str = "deal", event_type: str = "sale") -> Mention:
    return Mention(
        mention_id=f"m{number}",
        event_class=event_class,
        event_type=event_type,
        sector="military",
        status="agreed",
        realis="asserted",
        doc_id=f"d{number}",
        uri=f"news/{number}.txt",
        title=None,
        source=None,
        published=None,
        language="en",
        paragraph=0,
        sentence="France sold 12 jets to India for $2bn.",
        sentence_start=0,
        sentence_end=38,
        trigger="sold",
        trigger_start=7,
        trigger_end=11,
        participants=(
            Participant("supplier", "France", 0, 6, "France", "country", "FRA", resolved=False),
            Participant("recipient", None, None, None, "India", "country", "IND", resolved=True),
        ),
        items=(Item("12 jets", 12, 19, "aircraft", 12.0, "12", 12, 14, None),),
        amounts=(Amount("$2bn", 33, 37, 2e9, None, "USD", "exact"),),
        event_date=None,
        event_date_earliest=None,
        event_date_latest=None,
        event_date_text=None,
        event_date_text_start=None,
        event_date_text_end=None,
        location=Location("India", 23, 28, "India", "IND"),
        plover="COOPERATE",
        cameo="061",
        confidence=0.5,
        extractor="frames",
        model="en",
        schema_version=SCHEMA_VERSION,
    )


def dead_letter(number: int = 0, part: str | None = None, reason: str = "empty") -> DeadLetter:
    return DeadLetter(f"bad/{number}.txt", part, "read", reason, "no bytes", 0, None, None)


def some_rows() -> dict[str, list[Any]]:
    """Rows of every kind, of both classes of mention and both kinds of dead letter."""
    return {
        "documents": [document(0), document(1)],
        "paragraphs": [paragraph(0), paragraph(1), paragraph(2)],
        "mentions": [mention(0), mention(1, "cooperation", "exercise"), mention(2, "deal", "contract")],
        "dead_letters": [dead_letter(0), dead_letter(1, "image", "binary")],
    }


def write(
    root: pathlib.Path | str,
    rows: Mapping[str, Sequence[Any]],
    *,
    commit_id: str = "run",
    options: PipelineOptions | None = None,
) -> None:
    """Write and commit rows on the FnApiRunner."""
    with beam.Pipeline(runner=FnApiRunner(), options=options or PipelineOptions([])) as pipeline:
        parts = {name: pipeline | f"Create {name}" >> beam.Create(part) for name, part in rows.items()}
        parts | WriteDataset(
            str(root),
            commit_id=commit_id,
            options={"min_confidence": 0.5},
            versions={"cordiale": "1"},
            started=STARTED,
        )


def temporary(root: pathlib.Path, rows: Sequence[Any], *, commit_id: str = "run") -> list[WrittenFile]:
    """Write rows of any datasets to one temporary file each, as so many bundles would."""
    files = []
    for row in rows:
        file = RowFile(f"{root}/{temporary_folder(commit_id)}", folder_of(row), count=count_row)
        file.add(row)
        files.append(file.close())
    return files


def commit(root: pathlib.Path, files: Sequence[WrittenFile], *, commit_id: str = "run", last: bool = True) -> Manifest:
    """Commit temporary files without Beam."""
    run = Run(str(root), {}, {}, STARTED)
    return commit_files(run, commit_id, files, temporary=f"{root}/{temporary_folder(commit_id)}", last=last)


def tree(root: pathlib.Path) -> set[str]:
    """Return all files below a folder."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}


def read(root: pathlib.Path, path: str) -> pa.Table:
    """Return the rows of one file, no partition column added."""
    return pq.ParquetFile(root / path).read()


def column(root: pathlib.Path, dataset: str, name: str) -> list[Any]:
    """Return a column of all files of a dataset, sorted."""
    files = sorted((root / dataset).rglob("*.parquet"))
    return sorted(value for file in files for value in pq.ParquetFile(file).read([name])[name].to_pylist())
