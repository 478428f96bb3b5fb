"""The options of a run: typed, and checked before any graph is built."""

import dataclasses
import datetime
import importlib.util
import os
import pathlib
import re
import shutil

from pipeline.errors import UsageError
from runners.interface import NotReadyError, Request
from runners.registry import find_runner
from transforms.extract.interface import ExtractorOptions
from transforms.read.limits import FieldNames, ReadLimits, ReadOptions
from transforms.read.places import local_path, scheme_of

MAX_BYTES = ReadLimits.max_bytes
MAX_PARAGRAPHS = 5_000

DEEPEST_NESTING = 250


@dataclasses.dataclass(frozen=True)
class RunOptions:
    """What a run is to do. `cordiale run --help` explains each option."""

    inputs: tuple[str, ...]
    output: str
    runner: str = "direct"
    workers: int = 1
    extractor: str = ExtractorOptions.extractor
    max_extract_seconds: float = ExtractorOptions.max_seconds
    model: str = ExtractorOptions.model
    ontology: str | None = None
    min_confidence: float = 0.0
    screen: bool = True
    metadata: str | None = None
    published: datetime.date | None = None
    max_bytes: int = MAX_BYTES
    max_paragraphs: int = MAX_PARAGRAPHS
    max_depth: int = ReadLimits.max_depth
    max_ratio: int = ReadLimits.max_ratio
    max_records: int = ReadLimits.max_records
    max_seconds: float = ReadLimits.max_seconds
    max_nesting: int = ReadLimits.max_nesting
    text_field: str | None = None
    title_field: str | None = None
    published_field: str | None = None
    source_field: str | None = None
    author_field: str | None = None
    url_field: str | None = None
    language_field: str | None = None
    any_language: bool = False
    paragraphs: bool = True
    follow_links: bool = False
    fresh: bool = False
    slice: int = 1_000
    strict: bool = False
    link: bool = True
    skip_duplicates: bool = False
    beam_args: tuple[str, ...] = ()

    @property
    def extraction(self) -> ExtractorOptions:
        """The options that go to the extractor."""
        return ExtractorOptions(
            model=self.model,
            ontology=self.ontology,
            min_confidence=self.min_confidence,
            extractor=self.extractor,
            max_seconds=self.max_extract_seconds,
            screen=self.screen,
        )

    @property
    def reading(self) -> ReadOptions:
        """The options that go to the readers."""
        limits = {field.name: getattr(self, field.name) for field in dataclasses.fields(ReadLimits)}
        names = {field.name: getattr(self, f"{field.name}_field") for field in dataclasses.fields(FieldNames)}
        return ReadOptions(ReadLimits(**limits), FieldNames(**names), self.any_language)

    @property
    def request(self) -> Request:
        """The options that go to the runner."""
        return Request(workers=self.workers, beam_args=self.beam_args)


def validate(options: RunOptions) -> None:
    """Check the options as far as can be done without reading the inputs.

    Raises:
        UsageError: With one line that says what to do.
    """
    _check_numbers(options)
    _check_files(options)
    _check_output(options)
    _check_model(options.model)
    try:
        find_runner(options.runner).check(options.request)
    except NotReadyError as error:
        raise UsageError(str(error)) from error


def is_url(path: str) -> bool:
    """Tell whether a path is for Beam's filesystems rather than for the local one."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path) is not None


def _check_numbers(options: RunOptions) -> None:
    limits = (field.name for field in dataclasses.fields(ReadLimits))
    for name in ("workers", "slice", "max_paragraphs", "max_extract_seconds", *limits):
        value = getattr(options, name)
        if not value >= 1:
            raise UsageError(f"--{name.replace('_', '-')} must be at least 1, not {value:g}")
    if options.max_nesting > DEEPEST_NESTING:
        raise UsageError(f"--max-nesting must be at most {DEEPEST_NESTING}, which is as deep as the parser goes")
    if not 0 <= options.min_confidence <= 1:
        raise UsageError(f"--min-confidence must be between 0 and 1, not {options.min_confidence}")


def _check_files(options: RunOptions) -> None:
    for flag, path in (("--metadata", options.metadata), ("--ontology", options.ontology)):
        if path is not None and not is_url(path) and not pathlib.Path(path).is_file():
            raise UsageError(f"{flag} {path}: there is no such file")


def _check_output(options: RunOptions) -> None:
    if is_url(options.output):
        return
    output = os.path.realpath(options.output)
    for path in options.inputs:
        if scheme_of(path):
            continue
        local = os.path.realpath(local_path(path))
        if os.path.commonpath([output, local]) == output:
            raise UsageError(f"the input {path} lies in the output folder {options.output}; write somewhere else")
        if pathlib.Path(local).is_dir() and os.path.commonpath([output, local]) == local:
            raise UsageError(f"the output {options.output} lies in the input folder {path}; write beside it")


def _check_model(model: str) -> None:
    if not _installed(model) and not pathlib.Path(model).is_dir():
        hint = f"pip install {model.replace('_', '-')}" if shutil.which("pip") else "install its package"
        raise UsageError(f"the spaCy model {model!r} is not installed: {hint}, or name another one by --model")


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
