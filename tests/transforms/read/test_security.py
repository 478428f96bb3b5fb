"""What hostile inputs try, and that the protections are what stops them: each test fails without its protection."""

import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import pickle
import random
import re
import socket
import subprocess
import sys
import time
import zipfile

import feedparser
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
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


def test_a_bomb_among_much_else_is_measured_by_itself() -> None:
    members = {"noise.bin": random.Random(1).randbytes(1_000_000), "bomb.txt.gz": gzip.compress(ZEROS)}
    assert verdicts("a.tar", articles.tarred(members))[-1] == ("a.tar#bomb.txt.gz", "expands_too_much")


def test_a_record_is_measured_with_all_its_fields() -> None:
    data = b"text,other\r\nA deal.," + b"x" * 400 + b"\r\n"
    assert verdicts("a.csv", data, max_bytes=300) == [("a.csv#1", "too_large")]


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


@pytest.mark.parametrize("name", ["b-link.tar", "b-hard.tar"])
def test_a_link_in_a_tar_is_told_as_such(name: str) -> None:
    (file,) = [file for file in hostile.broken() if file.name == name]
    (found,) = read(file.name, file.data)
    assert isinstance(found, DeadLetter)
    assert found.detail == "a link to /etc/passwd"


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
        "os.symlink('/etc', os.path.join(tempfile.gettempdir(), 'link'))",
        "os.mkdir(OUTSIDE)",
        "os.rename(tempfile.mkstemp()[1], OUTSIDE)",
        "os.truncate(__import__('shutil').copy(sys.executable, OUTSIDE), 0)",
    ],
)
def test_the_confinement_refuses(code: str, tmp_path: pathlib.Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert confined(code.replace("OUTSIDE", repr(str(tmp_path / "outside"))), temporary) == "refused"


def test_the_confinement_refuses_to_write_outside_the_temporary_folder(tmp_path: pathlib.Path) -> None:
    target = ROOT / "tests" / "written-by-a-reader"
    try:
        assert confined(f"open({str(target)!r}, 'w')", tmp_path) == "refused"
    finally:
        target.unlink(missing_ok=True)


@pytest.mark.parametrize("code", [f"open({str(ROOT / 'README.md')!r}).read()", "tempfile.TemporaryFile().write(b'x')"])
def test_the_confinement_allows_the_input_and_temporary_files(code: str, tmp_path: pathlib.Path) -> None:
    assert confined(code, tmp_path) == "done"


# ---------------------------------------------------------------- the confinement where files are read


LIFT = "from transforms.read.confine import Confinement; Confinement.enforce = lambda self: None\n"


def in_the_reader(site: pathlib.Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have the processes that parse run code before they begin."""
    site.mkdir(exist_ok=True)
    indented = "".join(f"    {line}\n" for line in code.splitlines())
    (site / "sitecustomize.py").write_text(f"import sys\nif 'worker' in ' '.join(sys.orig_argv):\n{indented}", "utf-8")
    monkeypatch.syspath_prepend(str(site))


ATTEMPTS = {
    "network": "import socket; socket.create_connection(ADDRESS).close()",
    "program": "import subprocess; subprocess.run(['true'])",
    "reading another file": "open(OTHER).read()",
    "writing": "open(OUTSIDE, 'w').close()",
    "code from data": f"import pickle; pickle.loads({pickle.dumps(Evil())!r})",
    "moving": "import os, tempfile; os.rename(tempfile.mkstemp()[1], OUTSIDE)",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_a_reader_must_not_do_costs_its_document(
    attempt: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, other = tmp_path / "a.html", tmp_path / "other.txt"
    page.write_bytes(articles.page(STORY))
    other.write_text("Not an input.", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = ATTEMPTS[attempt].replace("ADDRESS", repr(server.getsockname())).replace("OTHER", repr(str(other)))
        code = code.replace("OUTSIDE", repr(str(tmp_path / "outside")))
        reader = (
            "from transforms.read.formats import html\n"
            "real = html.read_page\n"
            "def read_page(*args, **options):\n"
            f"    {code}\n"
            "    return real(*args, **options)\n"
            "html.read_page = read_page\n"
        )
        in_the_reader(tmp_path / "site", monkeypatch, reader)
        assert guarded(page) == [("", "reader_failed")]
        assert not (tmp_path / "outside").exists()
        in_the_reader(tmp_path / "site", monkeypatch, LIFT + reader)
        assert guarded(page) == [("", "read")], "without the confinement it is done"


def test_a_pickle_in_parquet_metadata_is_never_loaded(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow once unpickled types of Python out of files; here it does so again, for a type that was made for that."""
    marker, path = tmp_path / "temporary" / "executed", tmp_path / "a.parquet"
    field = pa.field(
        "text",
        pa.string(),
        metadata={"ARROW:extension:name": "evil", "ARROW:extension:metadata": pickle.dumps(Touch(str(marker)))},
    )
    pq.write_table(pa.table([pa.array([STORY.text])], schema=pa.schema([field])), path)
    assert guarded(path) == [("#1", "read")]
    loads = (
        "import pickle, pyarrow as pa\n"
        "class Evil(pa.ExtensionType):\n"
        "    def __init__(self):\n        super().__init__(pa.string(), 'evil')\n"
        "    def __arrow_ext_serialize__(self):\n        return b''\n"
        "    @classmethod\n"
        "    def __arrow_ext_deserialize__(cls, storage, data):\n"
        "        data and pickle.loads(data)\n        return cls()\n"
        "pa.register_extension_type(Evil())\n"
    )
    marker.parent.mkdir()
    in_the_reader(tmp_path / "site", monkeypatch, loads)
    ((_, verdict),) = guarded(path)
    assert verdict in ("malformed", "reader_failed")
    assert not marker.exists()
    in_the_reader(tmp_path / "site", monkeypatch, LIFT + loads)
    assert guarded(path) == [("#1", "read")]
    assert marker.exists(), "without the confinement it is loaded"


class Touch:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, int, bool]]:
        return os.makedirs, (self.path, 0o700, True)


def test_front_matter_makes_no_objects(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "executed"
    data = f"---\ntitle: !!python/object/apply:os.mkdir [{marker}]\n---\n{STORY.text}".encode()
    assert verdicts("a.md", data) == [("a.md", "markdown")]
    assert not marker.exists()
    monkeypatch.setattr(yaml, "safe_load", yaml.unsafe_load)
    verdicts("a.md", data)
    assert marker.exists(), "a loader of all of YAML does it"


def test_front_matter_expands_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(yaml, "safe_load", loaded.append)
    for front in ("a: &x [b]\nc: [*x, *x]", "title: &x T"):
        assert verdicts("a.md", f"---\n{front}\n---\n{STORY.text}".encode()) == [("a.md", "markdown")]
    assert loaded == []


@pytest.mark.parametrize("declared", [ENTITIES, EXTERNAL])
def test_a_page_expands_no_entities(declared: str) -> None:
    data = (
        f"{declared.replace('DOCTYPE rss', 'DOCTYPE html')}<html><body><p>A deal was signed: &b; &a;</p></body></html>"
    )
    (found,) = read("a.html", data.encode())
    assert isinstance(found, DeadLetter) or "boom" not in found.text.partition("A deal was signed")[2]


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
