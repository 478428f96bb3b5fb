"""The graph is built without being run, and leads every document to its rows."""

import dataclasses
import pathlib
from collections.abc import Iterator

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from pipeline.execute import Outcome, run
from pipeline.graph import Job, create_pipeline, new_job, versions_of
from pipeline.options import RunOptions
from runners.interface import Engine
from schemas.records import Document, Paragraph
from tests.end_to_end.rows import rows
from tests.pipeline.fakes import FakeExtractor
from transforms.extract import ptransforms
from transforms.extract.interface import ExtractorOptions
from transforms.extract.ptransforms import ExtractMentions, count_words, paragraph_rows

TEXT = "A title\n\nOne two three.\n\nRead more"
DOCUMENT = Document(
    doc_id="d",
    content_id="c",
    uri="d.txt",
    text=TEXT,
    format="text",
    encoding="utf-8",
    bytes=len(TEXT),
    paragraphs=(Paragraph(0, "title", 0, 7), Paragraph(1, "body", 9, 23), Paragraph(2, "boilerplate", 25, 34)),
)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeExtractor]:
    extractor = FakeExtractor()
    ptransforms._loaded.cache_clear()
    monkeypatch.setattr(ptransforms, "load_extractor", lambda options: extractor)
    yield extractor
    ptransforms._loaded.cache_clear()


@pytest.fixture
def inputs(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("a.txt", TEXT), ("b.txt", "It will fail here."), ("c.txt", "")):
        (folder / name).write_text(text, "utf-8")
    return folder


def job(**changes: object) -> Job:
    options = RunOptions(inputs=("in",), output="out", beam_args=("--s3_secret_access_key=hush", "--streaming"))
    made = new_job(options, root="/nowhere/out", versions=versions_of(FakeExtractor()))
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def labels(made: Job) -> set[str]:
    pipeline = create_pipeline(Engine(FnApiRunner(), PipelineOptions([]), local=True), made)
    found = set()

    class Visitor(beam.pipeline.PipelineVisitor):
        def enter_composite_transform(self, node: object) -> None:
            found.add(node.full_label)  # type: ignore[attr-defined]

    pipeline.visit(Visitor())
    return found


def test_stages_have_the_names_of_the_story() -> None:
    assert {"Read", "Split", "Extract", "Write"} <= labels(job())


def test_labels_are_the_same_each_time() -> None:
    assert labels(job()) == labels(job())


def test_progress_is_counted_only_where_it_is_followed() -> None:
    assert not any("Count finished" in label for label in labels(job()))
    assert any("Count finished" in label for label in labels(job(progress="file")))


def test_each_job_has_a_commit_of_its_own() -> None:
    assert job().commit_id != job().commit_id


def test_secrets_do_not_reach_the_manifest(fake: FakeExtractor, inputs: pathlib.Path, tmp_path: pathlib.Path) -> None:
    outcome = run_over(inputs, tmp_path, beam_args=("--s3_secret_access_key=hush",))
    assert outcome.manifest.options["beam_args"] == ["--s3_secret_access_key"]
    assert "hush" not in next((tmp_path / "out" / "_runs").glob("*.json")).read_text("utf-8")


def run_over(inputs: pathlib.Path, tmp_path: pathlib.Path, **changes: object) -> Outcome:
    options = RunOptions(inputs=(str(inputs),), output=str(tmp_path / "out"))
    return run(dataclasses.replace(options, **changes))  # type: ignore[arg-type]


def test_a_document_that_the_extractor_fails_on_is_one_dead_letter(
    fake: FakeExtractor, inputs: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    outcome = run_over(inputs, tmp_path)
    letters = {row["uri"]: row for row in rows(tmp_path / "out", "dead_letters")}
    failed = letters[str(inputs / "b.txt")]
    assert (failed["stage"], failed["reason"]) == ("extract", "extract_failed")
    assert failed["detail"] == "ValueError: it failed as it was told"
    assert outcome.manifest.counts["documents"] == 1
    assert outcome.manifest.counts["dead_letters"] == 2
    assert [row["uri"] for row in rows(tmp_path / "out", "paragraphs") if row["text"] == "It will fail here."] == []


def test_rows_say_what_produced_them(fake: FakeExtractor, inputs: pathlib.Path, tmp_path: pathlib.Path) -> None:
    outcome = run_over(inputs, tmp_path)
    (row,) = rows(tmp_path / "out", "documents")
    assert (row["extractor"], row["model"]) == ("fake", "fake-1.0")
    assert (row["sentences"], row["sentences_parsed"], row["mentions"]) == (3, 2, 1)
    assert row["commit_id"] == outcome.manifest.id
    assert row["characters"] == len(TEXT)


def test_progress_reaches_the_number_of_inputs(
    fake: FakeExtractor, inputs: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    class Watched:
        total = 0
        finished = False

        def start(self, total: int) -> None:
            self.total = total

        def update(self, done: int) -> None:
            assert done <= self.total

        def finish(self) -> None:
            self.finished = True

    watched = Watched()
    run(RunOptions(inputs=(str(inputs),), output=str(tmp_path / "out")), watched)
    assert watched.total == 3
    assert watched.finished


def test_words_are_counted_in_what_is_read_for_events() -> None:
    assert count_words(DOCUMENT) == 5


def test_paragraph_rows_hold_the_text_at_their_offsets() -> None:
    assert [(row.kind, row.text) for row in paragraph_rows(DOCUMENT)] == [
        ("title", "A title"),
        ("body", "One two three."),
        ("boilerplate", "Read more"),
    ]


def test_metrics(fake: FakeExtractor) -> None:
    pipeline = beam.Pipeline(FnApiRunner())
    _ = pipeline | beam.Create([DOCUMENT]) | ExtractMentions(ExtractorOptions(), commit_id="c", paragraphs=False)
    result = pipeline.run()
    counters = result.metrics().query(MetricsFilter().with_namespace("extract"))["counters"]
    found = {counter.key.metric.name: counter.committed for counter in counters}
    assert found == {"documents": 1, "words": 5, "sentences": 3, "parsed": 2, "mentions": 1}
