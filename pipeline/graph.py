"""The graph of the main job: read, split, extract, write, commit. It can be built and looked at without being run."""

import dataclasses
import datetime
import importlib.metadata
import platform
import secrets
from collections.abc import Mapping
from typing import Any

import apache_beam as beam
from apache_beam import pvalue

from cordiale import __version__
from pipeline.options import RunOptions
from pipeline.progress import CountFinished
from schemas.codes import SCHEMA_VERSION
from transforms.extract.interface import Extractor
from transforms.extract.ptransforms import DEAD_LETTERS, DOCUMENTS, MENTIONS, PARAGRAPHS, ExtractMentions
from transforms.read import Metadata, ReadDocuments
from transforms.split import SplitParagraphs
from transforms.write import WriteDataset

_PACKAGES = ("apache-beam", "pyarrow", "spacy")


@dataclasses.dataclass(frozen=True)
class Job:
    """One run: its options, and what is settled when it starts.

    Attributes:
        options: What the user wants.
        root: Where the dataset lies, as all processes name it.
        metadata: What the metadata file says, if there is one.
        commit_id: The commit that the run makes.
        started: When it began (UTC).
        versions: What produces the rows, for the manifest.
        progress: A file for `CountFinished`, or None where progress is not followed.
    """

    options: RunOptions
    root: str
    metadata: Metadata | None
    commit_id: str
    started: datetime.datetime
    versions: Mapping[str, Any]
    progress: str | None = None


def new_job(options: RunOptions, *, root: str, metadata: Metadata | None, extractor: Extractor) -> Job:
    """Return the job of a run that begins now, under a commit id of its own."""
    started = datetime.datetime.now(datetime.timezone.utc)
    commit_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    return Job(options, root, metadata, commit_id, started, _versions(extractor))


def build(pipeline: beam.Pipeline, job: Job) -> pvalue.PCollection:
    """Add the graph to a pipeline and return the PCollection of the ids of the commits done."""
    options = job.options
    read = pipeline | "Read" >> ReadDocuments(
        options.inputs,
        follow_links=options.follow_links,
        metadata=job.metadata,
        published=options.published,
        options=options.reading,
    )
    split = read.documents | "Split" >> SplitParagraphs(max_paragraphs=options.max_paragraphs)
    rows = split[DOCUMENTS] | "Extract" >> ExtractMentions(
        options.extraction, commit_id=job.commit_id, paragraphs=options.paragraphs
    )
    letters = {"read": read.dead_letters, "split": split[DEAD_LETTERS], "extract": rows[DEAD_LETTERS]}
    if job.progress is not None:
        for stage, finished in {**letters, "documents": rows[DOCUMENTS]}.items():
            finished | f"Count finished: {stage}" >> CountFinished(job.progress)
    return {
        "documents": rows[DOCUMENTS],
        "paragraphs": rows[PARAGRAPHS],
        "mentions": rows[MENTIONS],
        "dead_letters": tuple(letters.values()) | "Dead letters" >> beam.Flatten(),
    } | "Write" >> WriteDataset(
        job.root,
        commit_id=job.commit_id,
        options=_recorded(options),
        versions=job.versions,
        started=job.started,
    )


def _recorded(options: RunOptions) -> dict[str, Any]:
    """Return the options for the manifest; of Beam's, the names alone, for values may be secrets."""
    fields = dataclasses.asdict(options)
    fields["published"] = options.published.isoformat() if options.published else None
    fields["beam_args"] = [argument.partition("=")[0] for argument in options.beam_args if argument.startswith("-")]
    return fields


def _versions(extractor: Extractor) -> dict[str, Any]:
    return {
        "cordiale": __version__,
        "schema": SCHEMA_VERSION,
        "python": platform.python_version(),
        **{package: importlib.metadata.version(package) for package in _PACKAGES},
        "extractor": extractor.name,
        "model": extractor.model,
        "digests": dict(extractor.digests),
    }
