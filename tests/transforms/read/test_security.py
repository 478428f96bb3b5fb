"""What hostile inputs try, and that the protections are what stops them: each test fails without its protection."""

import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import pickle
import subprocess
import sys
import tarfile
import time

import feedparser
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from schemas.records import DeadLetter, Document, Part, Source
from tests.conftest import ROOT
from tests.corpus import articles, hostile
from tests.transforms.read.formats.reading import read, verdicts
from transforms.read import frames, guard
from transforms.read.formats import archives, docx, feed
from transforms.read.guard import Guard
from transforms.read.limits import ReadLimits, ReadOptions
from transforms.read.reader import read_part
from transforms.read.streams import Budget

STORY = articles.story(1)
ZEROS = bytes(60_000_000)


def guarded(path: pathlib.Path, **limits: float) -> list[tuple[str, str]]:
    worker = Guard()
    try:
        found = list(read_part(Part(Source(str(path), str(path))), ReadOptions(ReadLimits(**limits)), worker))  # type: ignore[arg-type]
    finally:
        worker.close()
    results = [item for item in found if isinstance(item, (Document, DeadLetter))]
    return [(item.uri.removeprefix(str(path)), getattr(item, "reason", "read")) for item in results]


# ---------------------------------------------------------------- expansion


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt.gz", gzip.compress(ZEROS)),
        ("a.txt.bz2", bz2.compress(ZEROS)),
        ("a.txt.xz", lzma.compress(ZEROS)),
        ("a.txt.zst", zstandard.compress(ZEROS)),
    ],
)
def test_a_bomb_is_stopped_early(name: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []
    spend = Budget.spend

    def watched(self: Budget, count: int) -> None:
        spent.append(count)
        spend(self, count)

    monkeypatch.setattr(Budget, "spend", watched)
    assert verdicts(name, data) == [(name, "expands_too_much")]
    assert sum(spent) < 20_000_000
    monkeypatch.setattr(Budget, "check", lambda *_: None)
    assert verdicts(name, data) == [(name, "too_large")]


def test_a_zip_bomb_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    data = articles.zipped({"a.txt": ZEROS})
    assert verdicts("a.zip", data) == [("a.zip#a.txt", "expands_too_much")]
    monkeypatch.setattr(Budget, "check", lambda *_: None)
    assert verdicts("a.zip", data) == [("a.zip#a.txt", "too_large")]


def test_many_layers_share_one_budget() -> None:
    layer = articles.zipped({f"{n}.txt": b"A deal was signed. " * 40_000 for n in range(30)})
    data = articles.zipped({f"{n}.zip": layer for n in range(30)})
    reasons = {reason for _, reason in verdicts("a.zip", data)}
    assert "expands_too_much" in reasons


def test_depth_is_limited() -> None:
    data = STORY.text.encode()
    for _ in range(6):
        data = gzip.compress(data)
    assert verdicts("a.gz", data) == [("a.gz", "too_deep")]
    assert verdicts("a.gz", data, max_depth=6) == [("a.gz", "text")]


def test_a_documents_bytes_are_limited_in_every_wrapping() -> None:
    text = STORY.text.encode()
    for name, data in (
        ("a.txt", text),
        ("a.txt.gz", gzip.compress(text)),
        ("a.html", articles.page(STORY)),
        ("a.pdf", articles.pdf(STORY)),
        ("a.eml", articles.mail(STORY)),
    ):
        assert verdicts(name, data, max_bytes=300) == [(name, "too_large")], name
    for name, data in (
        ("a.jsonl", articles.json_lines([STORY])),
        ("a.avro", articles.avro([STORY])),
        ("a.parquet", articles.parquet([STORY])),
        ("a.csv", articles.table([STORY])),
        ("a.mbox", articles.mbox([STORY])),
    ):
        assert [reason for _, reason in verdicts(name, data, max_bytes=300)] == ["too_large"], name


# ---------------------------------------------------------------- XML


ENTITIES = "<!DOCTYPE rss [<!ENTITY a 'boom'><!ENTITY b '&a;&a;&a;'>]>"
EXTERNAL = "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
ITEM = "<item><title>&a;</title><description>A deal was signed.</description></item>"


@pytest.mark.parametrize("declared", [ENTITIES, EXTERNAL])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_declares_entities_is_refused(
    declared: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = f"<?xml version='1.0' encoding='{encoding}'?>{declared}<rss><channel>{ITEM}</channel></rss>".encode(encoding)
    name = "a.rss"
    if encoding == "utf-8":
        assert verdicts(name, data) == [(name, "malformed")]
    else:
        assert "feed" not in [reason for _, reason in verdicts(name, data)]
    import re

    monkeypatch.setattr(feed, "_ENTITY", re.compile("never this"))
    if encoding == "utf-8":
        assert verdicts(name, data) != [(name, "malformed")]


def test_a_feed_is_never_taken_for_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def parse(source: object, **_: object) -> object:
        given.append(source)
        return feedparser.FeedParserDict(entries=[], feed={"title": "x"}, bozo=False)

    monkeypatch.setattr(feedparser, "parse", parse)
    read("a.rss", articles.rss([STORY]))
    assert isinstance(given[0], io.BytesIO)


def test_a_docx_that_declares_entities_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(articles.word(STORY))) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "word/document.xml":
                declared = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><w:document"
                data = data.replace(b"<w:document", declared, 1)
            new.writestr(info, data)
    assert verdicts("a.docx", out.getvalue()) == [("a.docx", "malformed")]
    monkeypatch.setattr(docx, "_DECLARED", ())
    assert verdicts("a.docx", out.getvalue()) != [("a.docx", "malformed")]


# ---------------------------------------------------------------- archives


@pytest.mark.parametrize("name", ["../a.txt", "a/../../b.txt", "/etc/a.txt", "..\\a.txt", "C:\\a.txt", "a/.."])
def test_names_that_lead_out(name: str) -> None:
    assert archives.leads_out(name)


@pytest.mark.parametrize("name", ["a.txt", "a/b.txt", "..a.txt", "a..b/c", "a/...", "C:a"])
def test_names_that_stay_inside(name: str) -> None:
    assert not archives.leads_out(name)


@pytest.mark.parametrize(
    "file", [file for file in hostile.broken() if file.reason == "unsafe_member"], ids=lambda f: f.name
)
def test_unsafe_members_are_refused(file: hostile.Broken) -> None:
    assert verdicts(file.name, file.data) == [(file.name + file.key, "unsafe_member")]


def test_a_link_in_a_tar_is_refused_by_the_check_for_links(monkeypatch: pytest.MonkeyPatch) -> None:
    (file,) = [file for file in hostile.broken() if file.name == "b-link.tar"]
    monkeypatch.setattr(tarfile.TarInfo, "issym", lambda _: False)
    (found,) = read(file.name, file.data)
    assert isinstance(found, DeadLetter)
    assert "link to" not in found.detail


def test_a_tar_is_never_extracted(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read("a.tar", articles.tarred({"a.txt": b"A deal.", "../b.txt": b"A deal."}))
    assert os.listdir(tmp_path) == []
    assert not (tmp_path.parent / "b.txt").exists()


# ---------------------------------------------------------------- the process that parses


def confined(code: str, temporary: pathlib.Path) -> str:
    """Run code under the confinement, in a process of its own, and return what it says."""
    program = (
        "from transforms.read.confine import Confinement\n"
        "import pickle, socket, subprocess, os, tempfile, sys\n"
        f"wall = Confinement(); wall.allow({str(ROOT / 'README.md')!r}); ENFORCE\n"
        f"try:\n    {code}\n    print('done')\nexcept PermissionError as error:\n    print('refused', error)\n"
    )
    said = []
    environment = {**os.environ, "TMPDIR": str(temporary)}
    for enforce in ("wall.enforce()", "pass"):
        command = [sys.executable, "-c", program.replace("ENFORCE", enforce)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
        said.append(done.stdout.split(" ")[0].strip() or done.stderr[-300:])
    assert said[1] == "done", "without the confinement it is done"
    return said[0]


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.path.exists, ("/",)


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "subprocess.run(['true'])",
        "os.system('true')",
        "open('/tmp/../etc/hostname').read()",
        f"pickle.loads({pickle.dumps(Evil())!r})",
        f"open({str(ROOT / 'setup.py')!r})",
    ],
)
def test_the_confinement_refuses(code: str, tmp_path: pathlib.Path) -> None:
    assert confined(code, tmp_path) == "refused"


def test_the_confinement_refuses_to_write_outside_the_temporary_folder(tmp_path: pathlib.Path) -> None:
    target = ROOT / "tests" / "written-by-a-reader"
    try:
        assert confined(f"open({str(target)!r}, 'w')", tmp_path) == "refused"
    finally:
        target.unlink(missing_ok=True)


@pytest.mark.parametrize("code", [f"open({str(ROOT / 'README.md')!r}).read()", "tempfile.TemporaryFile().write(b'x')"])
def test_the_confinement_allows_the_input_and_temporary_files(code: str, tmp_path: pathlib.Path) -> None:
    assert confined(code, tmp_path) == "done"


def test_a_pickle_in_parquet_metadata_is_never_loaded(tmp_path: pathlib.Path) -> None:
    marker = tmp_path / "executed"

    class Touch:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(marker), "w")

    field = pa.field(
        "text",
        pa.string(),
        metadata={
            "ARROW:extension:name": "arrow.py_extension_type",
            "ARROW:extension:metadata": pickle.dumps(Touch()),
        },
    )
    pq.write_table(pa.table([pa.array([STORY.text])], schema=pa.schema([field])), tmp_path / "a.parquet")
    assert guarded(tmp_path / "a.parquet") == [("#1", "read")]
    assert not marker.exists()


def test_answers_are_not_pickles() -> None:
    letter = read("a.txt", b"")[0]
    line = frames.encode(letter)
    assert frames.decode(json.loads(line), b"") == letter


# ---------------------------------------------------------------- hangs, crashes, memory


@pytest.fixture
def broken_html(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pathlib.Path:
    """A container of pages of which some make the reader misbehave, by a module that is put before the real one."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os, sys, time\n"
        "def mend(text, *a, **k):\n"
        "    if 'HANG' in text:\n        time.sleep(600)\n"
        "    if 'CRASH' in text:\n        os._exit(7)\n"
        "    if 'GREEDY' in text:\n        return bytearray(4_000_000_000)\n"
        "    if 'ERROR' in text:\n        raise KeyError('odd')\n"
        "    return real(text, *a, **k)\n"
        "if sys.argv and 'worker' in ' '.join(sys.orig_argv):\n"
        "    from transforms.read.formats import html\n"
        "    real = html.read_page\n    html.read_page = mend\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(site))
    names = ("good-1", "HANG", "good-2", "CRASH", "GREEDY", "ERROR", "good-3")
    pages = {f"{name}.html": articles.page(articles.Story(f"A title {name}", STORY.paragraphs)) for name in names}
    path = tmp_path / "a.zip"
    path.write_bytes(articles.zipped(pages))
    return path


def test_what_hangs_crashes_or_swells_costs_one_document(broken_html: pathlib.Path) -> None:
    began = time.monotonic()
    assert guarded(broken_html, max_seconds=3) == [
        ("#good-1.html", "read"),
        ("#HANG.html", "too_slow"),
        ("#good-2.html", "read"),
        ("#CRASH.html", "reader_failed"),
        ("#GREEDY.html", "out_of_memory"),
        ("#ERROR.html", "reader_failed"),
        ("#good-3.html", "read"),
    ]
    assert time.monotonic() - began < 60


def test_an_input_that_costs_too_many_processes_is_given_up(
    broken_html: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_MOST_RESTARTS", 1)
    found = guarded(broken_html, max_seconds=2)
    assert found == [("#good-1.html", "read"), ("#HANG.html", "too_slow"), ("", "reader_failed")]


def test_a_huge_single_line_costs_its_record_only(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(articles.json_lines([STORY]) + b'{"text": "')
        file.truncate(400_000_000)
        file.seek(0, 2)
        file.write(b'"}\n' + articles.json_lines([STORY]))
    assert guarded(path) == [("#1", "read"), ("#2", "too_large"), ("#3", "read")]
