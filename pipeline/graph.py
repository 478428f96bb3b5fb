"""The graph of the main job: read, split, extract, write, commit. It can be built and looked at without being run."""

import dataclasses
import datetime
import importlib.metadata
import pathlib
import platform
from collections.abc import Mapping
from typing import Any

import apache_beam as beam
from apache_beam import pvalue

from cordiale import __version__
from pipeline.options import RunOptions
from pipeline.progress import CountFinished
from runners.interface import Engine
from schemas.codes import SCHEMA_VERSION
from transforms.extract.interface import Extractor
from transforms.extract.ptransforms import DEAD_LETTERS, DOCUMENTS, MENTIONS, PARAGRAPHS, VECTORS, ExtractMentions
from transforms.link.signatures import SignDocuments
from transforms.read import ReadListed
from transforms.read.known import UNCHANGED, SkipKnown
from transforms.split import SplitParagraphs
from transforms.write import WriteDataset, new_commit_id
from transforms.write.names import temporary_folder
from transforms.write.removal import Removal

_PACKAGES = ("apache-beam", "pyarrow", "rensa", "spacy")


@dataclasses.dataclass(frozen=True)
class Job:
    """One commit: the options of its run, and what is settled when it starts.

    Attributes:
        options: What the user wants.
        root: Where the dataset lies, as all processes name it.
        inputs: The list of inputs to read (`transforms.read.listed`).
        commit_id: The commit that is made.
        started: When it began (UTC).
        versions: What produces the rows, for the manifest.
        removal: What goes with the commit.
        staged: Whether the commit is left to whoever has started the pipeline.
        progress: A file for `CountFinished`, or None where progress is not followed.
    """

    options: RunOptions
    root: str
    inputs: str
    commit_id: str
    started: datetime.datetime
    versions: Mapping[str, Any]
    removal: Removal
    staged: bool = True
    progress: str | None = None

    @property
    def temporary(self) -> str:
        """The folder of the commit's temporary files."""
        return f"{self.root}/{temporary_folder(self.commit_id)}"


def new_job(options: RunOptions, *, root: str, versions: Mapping[str, Any]) -> Job:
    """Return the job of a commit that begins now, under an id of its own."""
    started = datetime.datetime.now(datetime.timezone.utc)
    commit_id = new_commit_id()
    temporary = f"{root}/{temporary_folder(commit_id)}"
    inputs = f"{temporary}/_inputs.parquet"
    return Job(options, root, inputs, commit_id, started, versions, Removal(root, temporary, inputs=inputs))


def create_pipeline(engine: Engine, job: Job) -> beam.Pipeline:
    """Return the pipeline of a job, ready to be run on an engine, or to be looked at."""
    pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
    build(pipeline, job)
    return pipeline


def build(pipeline: beam.Pipeline, job: Job) -> pvalue.PCollection:
    """Add the graph to a pipeline and return the PCollection of the ids of the commits done."""
    options = job.options
    read = pipeline | "Read" >> ReadListed(job.inputs, options=options.reading)
    documents, unchanged = read.documents, {}
    if job.removal.known is not None:
        compared = documents | "Compare" >> SkipKnown(job.removal.known)
        documents, unchanged = compared["documents"], {UNCHANGED: compared[UNCHANGED]}
    split = documents | "Split" >> SplitParagraphs(max_paragraphs=options.max_paragraphs)
    rows = split[DOCUMENTS] | "Extract" >> ExtractMentions(
        options.extraction, commit_id=job.commit_id, paragraphs=options.paragraphs
    )
    letters = {"read": read.dead_letters, "split": split[DEAD_LETTERS], "extract": rows[DEAD_LETTERS]}
    if job.progress is not None:
        for stage, finished in {**letters, **unchanged, "documents": rows[DOCUMENTS]}.items():
            finished | f"Count finished: {stage}" >> CountFinished(job.progress)
    return {
        "documents": rows[DOCUMENTS],
        "paragraphs": rows[PARAGRAPHS],
        "mentions": rows[MENTIONS],
        "_vectors": rows[VECTORS],
        "_signatures": split[DOCUMENTS] | "Sign" >> SignDocuments(),
        "dead_letters": tuple(letters.values()) | "Dead letters" >> beam.Flatten(),
        **unchanged,
    } | "Write" >> WriteDataset(
        job.root,
        commit_id=job.commit_id,
        options=recorded(options),
        versions=job.versions,
        started=job.started,
        removal=job.removal,
        staged=job.staged,
    )


def recorded(options: RunOptions) -> dict[str, Any]:
    """Return the options for the manifest; of Beam's, the names alone, for values may be secrets."""
    fields = dataclasses.asdict(options)
    fields["folder"] = str(pathlib.Path.cwd())
    fields["published"] = options.published.isoformat() if options.published else None
    fields["beam_args"] = [argument.partition("=")[0] for argument in options.beam_args if argument.startswith("-")]
    return fields


def versions_of(extractor: Extractor) -> dict[str, Any]:
    """Return what produces rows, for the manifest."""
    return {
        "cordiale": __version__,
        "schema": SCHEMA_VERSION,
        "python": platform.python_version(),
        **{package: importlib.metadata.version(package) for package in _PACKAGES},
        "extractor": extractor.name,
        "model": extractor.model,
        "digests": dict(extractor.digests),
    }
