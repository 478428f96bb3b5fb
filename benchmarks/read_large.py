"""Peak memory of reading what is large: `python -m benchmarks.read_large FOLDER [split|run|bomb ...]`.

`split` reads and splits a JSON Lines file of 2 GB of ordinary articles. `run` sends a file of 2 GB through the whole
job, of which 1,000 records are within the limits and the rest are far too long. `bomb` runs the job over a zip
archive that unpacks to 1 GB. Memory is that of this process and all processes that it starts, looked at ten times a
second.
"""

import json
import pathlib
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from pipeline.execute import run
from pipeline.options import RunOptions
from transforms.read import ReadDocuments
from transforms.split import SplitParagraphs

_GIGABYTE = 1_000_000_000
_SENTENCE = "France will sell 12 frigates to Chile under a contract worth $900 million, the ministry said on Monday. "
_ARTICLE = "\n\n".join(_SENTENCE * 4 for _ in range(8))
_INTERVAL = 0.1


def main(arguments: Sequence[str]) -> None:
    """Make the inputs that are not there yet, and measure what is named, or everything."""
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name in arguments[1:] or _MEASURED:
        make, measured = _MEASURED[name]
        path = folder / name
        if not path.exists():
            make(path)
        with _Watch() as watch:
            said = measured(path)
        print(f"{name}: {said}, {watch.seconds:.0f} s, peak memory {watch.peak / 1e6:,.0f} MB", flush=True)


def _make_articles(path: pathlib.Path) -> None:
    line = json.dumps({"text": _ARTICLE, "title": "France to sell frigates to Chile"}) + "\n"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(2 * _GIGABYTE // len(line)):
            file.write(line)


def _make_mostly_too_long(path: pathlib.Path) -> None:
    short = json.dumps({"text": _ARTICLE}) + "\n"
    longest = json.dumps({"text": "a deal " * 5_700_000}) + "\n"
    with path.open("w", encoding="utf-8") as file:
        for number in range(2 * _GIGABYTE // len(longest)):
            file.write(longest)
            file.writelines([short] * (20 if number < 50 else 0))


def _make_bomb(path: pathlib.Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.txt", "w", force_zip64=True) as file,
    ):
        for _ in range(1000):
            file.write(bytes(1_000_000))


def _split(path: pathlib.Path) -> str:
    with beam.Pipeline(FnApiRunner()) as pipeline:
        read = pipeline | ReadDocuments([str(path)])
        split = read.documents | SplitParagraphs()
        _ = (
            split["documents"]
            | beam.combiners.Count.Globally()
            | beam.Map(lambda count: print(f"  {count:,} documents"))
        )
    return f"{path.stat().st_size / 1e9:.1f} GB read and split"


def _run(path: pathlib.Path) -> str:
    with tempfile.TemporaryDirectory() as output:
        outcome = run(RunOptions(inputs=(str(path),), output=f"{output}/out"))
        counts = outcome.manifest.counts
        said = f"{counts['documents']:,} documents, {counts['dead_letters']:,} dead letters"
        return f"{path.stat().st_size / 1e9:.3f} GB, {said}"


_MEASURED: dict[str, tuple[Callable[[pathlib.Path], None], Callable[[pathlib.Path], str]]] = {
    "split.jsonl": (_make_articles, _split),
    "run.jsonl": (_make_mostly_too_long, _run),
    "bomb.zip": (_make_bomb, _run),
}


class _Watch:
    """Watches the memory of this process and its children while a block runs."""

    def __init__(self) -> None:
        self.peak = 0
        self.seconds = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "_Watch":  # noqa: PYI034  (Self is of Python 3.11)
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._began
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stop.wait(_INTERVAL):
            self.peak = max(self.peak, sum(map(_resident, _family("self"))))


def _family(process: str) -> Iterator[str]:
    yield process
    for task in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        for child in _read(task).split():
            yield from _family(child)


def _resident(process: str) -> int:
    lines = _read(pathlib.Path(f"/proc/{process}/status")).splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main(sys.argv[1:])
