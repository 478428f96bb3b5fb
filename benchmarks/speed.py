"""How fast the pipeline is, beside what one would write instead (`make bench`).

    python -m benchmarks.speed [--full] [--start] [--corpus {bbc,arms,made-up}] [--json FILE] [--profile FILE]

Contenders (`benchmarks.contenders`) take turns, round after round, each in a process of its own that has loaded its
models before, so that a busy machine slows all of them; the table has medians, and ratios within one run. The quick
form is meant to take less than three minutes; `--full` takes more articles and rounds, and measures growth.
Articles are those beside the project in ../shared where they are there, else made up.
"""

import argparse
import contextlib
import gzip
import json
import pathlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.archive import family

if TYPE_CHECKING:
    from typing_extensions import Self

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
LETTERS = {
    "A": "spacy",
    "B": "spacy2",
    "C": "loop",
    "C, no screen": "unscreened",
    "D": "split",
    "Beam": "beam",
    "Beam, 2 workers": "beam2",
}
STARTING = ("beam", "beam2", "spacy2")
"""What starts something anew each time."""
SEVERAL = ("beam2", "spacy2")
"""What works in several processes."""
FILES = 8
"""Articles lie in so many files, so that two workers have something to share."""
_INTERVAL = 0.1
_STARTS = 5
"""Starts that are timed at least."""
_CHOICES = {
    "town": ("Harwick", "Brindle", "Osmont", "Tarnley"),
    "team": ("Rovers", "United", "Athletic", "City"),
    "state": ("Chile", "Norway", "Kenya", "Poland", "Peru"),
    "goods": ("frigates", "radars", "patrol boats"),
}
_DULL = (
    "{town} {team} beat their guests on a wet pitch in front of {number} people.",
    "It rained for {number} hours in {town}, and the river rose a little.",
    "The singer walked on without a word, played every song of the record twice and left again.",
    "Some stayed to hear what the keeper of the museum in {town} had to say of the {number} plates.",
)
_DEALS = (
    "{state} will buy {number} {goods} from Italy for $90 million.",
    "{state} and France signed an agreement on fishing in the capital on Monday.",
)
_SHORT = "Chile orders two frigates from Italy\n\nChile will buy two frigates from Italy for $300 million.\n"
_LOADS = """
import os
import apache_beam, spacy
from transforms.extract.interface import ExtractorOptions
from transforms.extract.parse import Parser
from transforms.extract.reader.model import ReaderModel
Parser(ExtractorOptions.model); ReaderModel()
os._exit(0)
"""
"""Ends as soon as all is loaded: taking Python apart again, which takes 0.5 s more, is no part of loading."""


def main(argv: list[str] | None = None) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="more articles, five rounds, growth")
    parser.add_argument("--corpus", choices=("bbc", "arms", "made-up"), help="bbc, where it is there")
    parser.add_argument("--rounds", type=int, help="rounds of every contender: 3, with --full 5")
    parser.add_argument("--articles", type=int, help="how many articles: 24, with --full 200")
    parser.add_argument("--only", action="append", choices=tuple(LETTERS), help="measure this alone; may be repeated")
    parser.add_argument("--start", action="store_true", help="measure the start alone, and print it")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures here")
    parser.add_argument("--profile", type=pathlib.Path, help="profile (C) once more and write it here, for `pstats`")
    args = parser.parse_args(argv)
    rounds, number = args.rounds or (5 if args.full else 3), args.articles or (200 if args.full else 24)
    if args.start:
        print(started(start(max(rounds, _STARTS))))
        return 0
    corpus, articles = gather(args.corpus, number)
    with tempfile.TemporaryDirectory() as scratch:
        once = write(articles, pathlib.Path(scratch) / "x1")
        twice = write(articles * 2, pathlib.Path(scratch) / "x2")
        figures: dict[str, Any] = {"corpus": corpus, "articles": len(articles), "rounds": rounds}
        figures["words"] = sum(len(a["text"].split()) for a in articles)
        names = args.only or [name for name in LETTERS if args.full or name != "C, no screen"]
        print(f"{corpus}: {len(articles)} articles, {figures['words']:,} words, {rounds} rounds in turns", flush=True)
        figures["contenders"] = race(names, once, twice, rounds, figures["words"])
        print(table(figures["contenders"]), flush=True)
        if not args.only:
            figures["start"] = start(max(rounds, _STARTS))
            print(started(figures["start"]), flush=True)
        if args.full:
            more = [write(articles * times, pathlib.Path(scratch) / f"x{times}") for times in (3, 10)]
            figures["growth"] = growth(once, *more)
            print(grown(figures["growth"]), flush=True)
        if args.profile:
            with Process("loop", "--profile", str(args.profile)) as process:
                process.ask(once)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


def gather(corpus: str | None, number: int) -> tuple[str, list[dict[str, Any]]]:
    """Return the name of a corpus and `number` of its articles, drawn alike each time."""
    bbc, arms = SHARED / "bbc.jsonl.gz", SHARED / "arms_train.jsonl"
    corpus = corpus or ("bbc" if bbc.exists() else "made-up")
    if corpus == "made-up":
        return corpus, [made_up(i) for i in range(number)]
    with gzip.open(bbc, "rb") if corpus == "bbc" else arms.open("rb") as lines:
        found = [json.loads(line) for line in lines]
    articles = [{"id": a.get("id") or a["name"], "title": a.get("title"), "text": a["text"]} for a in found]
    return corpus, random.Random(1).sample(articles, min(number, len(articles)))  # noqa: S311


def made_up(number: int) -> dict[str, Any]:
    """Return an article of which one in ten tells of deals, the others of weather and sport."""
    draw = random.Random(number)  # noqa: S311
    dull, deals = _DULL, (*_DULL, *_DEALS)
    kinds = deals if number % 10 == 0 else dull
    paragraphs = [" ".join(_sentence(kinds, draw) for _ in range(draw.randrange(1, 4))) for _ in range(12)]
    title = f"News of the day, number {number}"
    return {"id": f"made-up-{number}", "title": title, "text": "\n\n".join([title, *paragraphs])}


def _sentence(kinds: Sequence[str], draw: random.Random) -> str:
    words = {name: draw.choice(choice) for name, choice in _CHOICES.items()}
    return draw.choice(kinds).format(number=draw.randrange(2, 90), **words)


def write(articles: Sequence[dict[str, Any]], folder: pathlib.Path) -> pathlib.Path:
    """Write articles into a folder of a few JSON Lines files."""
    folder.mkdir()
    for number in range(FILES):
        lines = (json.dumps(a) + "\n" for a in articles[number::FILES])
        (folder / f"articles-{number}.jsonl").write_text("".join(lines), "utf-8")
    return folder


class Process:
    """A contender in a process of its own, with an eye on the memory of it and of all that it starts."""

    def __init__(self, name: str, *options: str) -> None:
        self.name = name
        command = [sys.executable, "-m", "benchmarks.contenders", name, *options]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        self._peaks: dict[int, int] = {}
        self._watching = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        self.loaded = float(self._answer()["loaded"])

    def ask(self, folder: pathlib.Path) -> dict[str, Any]:
        """Return what the contender says of a folder of articles."""
        assert self._process.stdin is not None, "it was started with pipes"
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        return self._answer()

    @property
    def peak(self) -> int:
        """The most bytes that a single process held."""
        return max(self._peaks.values(), default=0)

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self._watching.set()
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None, "it was started with pipes"
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} failed with exit code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _watch(self) -> None:
        while not self._watching.wait(_INTERVAL):
            for pid in family(self._process.pid):
                self._peaks[pid] = max(self._peaks.get(pid, 0), resident(pid))


def resident(pid: int) -> int:
    """Return the resident bytes of a process; 0 if it has ended."""
    with contextlib.suppress(OSError, StopIteration):
        lines = pathlib.Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))
    return 0


def race(
    names: Sequence[str], once: pathlib.Path, twice: pathlib.Path, rounds: int, words: int
) -> dict[str, dict[str, Any]]:
    """Return by contender its seconds for a word in steady state, and what else it said.

    Contenders that start something anew each time are given the articles once and twice over: what the second takes
    more, it takes for words. Others have started when they are first asked. Seconds of the processor are told for those
    that are one process: on a machine that is busy with other things they say more than the clock.
    """
    found: dict[str, dict[str, Any]] = {}
    with contextlib.ExitStack() as stack:
        processes = {name: stack.enter_context(Process(LETTERS[name])) for name in names}
        for process in processes.values():
            process.ask(once)
        each: dict[str, list[float]] = {name: [] for name in names}
        busy: dict[str, list[float]] = {name: [] for name in names}
        for turn in range(rounds):
            for name in list(processes)[:: 1 if turn % 2 == 0 else -1]:
                ask = processes[name].ask
                answer = ask(once)
                first = {"seconds": 0.0, "busy": 0.0}
                if LETTERS[name] in STARTING:
                    first, answer = answer, ask(twice)
                each[name].append((answer["seconds"] - first["seconds"]) / words)
                busy[name].append((answer["busy"] - first["busy"]) / words)
                found[name] = answer
        for name, process in processes.items():
            found[name] |= {"seconds_per_word": each[name], "loading": process.loaded, "peak": process.peak}
            if LETTERS[name] not in SEVERAL:
                found[name]["busy_per_word"] = busy[name]
    return found


def table(found: dict[str, dict[str, Any]]) -> str:
    """Return the contenders side by side, and the stages of the loop."""
    medians = {name: statistics.median(answer["seconds_per_word"]) for name, answer in found.items()}
    busy = {name: statistics.median(a["busy_per_word"]) for name, a in found.items() if "busy_per_word" in a}
    heads = ("µs/word", "times A", "of CPU", "times A", "loads s", "peak MB")
    lines = [f"{'':16} {'words/s':>9} " + " ".join(f"{head:>8}" for head in heads)]
    for name, seconds in medians.items():
        row = f"{name:16} {1 / seconds:9,.0f} {1e6 * seconds:8.1f} {_times(medians, name)}"
        row += f" {1e6 * busy[name]:8.1f} {_times(busy, name)}" if name in busy else f" {'':8} {'':8}"
        lines.append(f"{row} {found[name]['loading']:8.2f} {found[name]['peak'] / 1e6:8.0f}")
    if "C" in medians and "Beam" in medians:
        more = [100 * (times["Beam"] / times["C"] - 1) for times in (medians, busy)]
        lines.append(f"Beam takes {more[0]:+.0f} % time per word on top of C, {more[1]:+.0f} % of the processor")
    if {"A", "B", "Beam", "Beam, 2 workers"} <= medians.keys():
        gain, theirs = medians["Beam"] / medians["Beam, 2 workers"], medians["A"] / medians["B"]
        lines.append(f"two workers are {gain:.2f} times as fast as one; B is {theirs:.2f} times as fast as A")
    lines += [_stages(name, found[name]) for name in found if "stages" in found[name] and "parsed" in found[name]]
    return "\n".join(lines)


def _times(medians: dict[str, float], name: str) -> str:
    return f"{medians['A'] / medians[name]:8.2f}" if "A" in medians else f"{'':8}"


def _stages(name: str, answer: dict[str, Any]) -> str:
    total = sum(answer["stages"].values())
    parts = (f"{stage} {100 * seconds / total:.0f} %" for stage, seconds in answer["stages"].items())
    share = 100 * answer["parsed"] / max(1, answer["sentences"])
    return f"{name} by stages: {', '.join(parts)}; {share:.1f} % of the sentences parsed, {answer['mentions']} mentions"


def start(rounds: int) -> dict[str, list[float]]:
    """Time `cordiale run` on one short article, and a process that only imports Beam and spaCy and loads the models.

    Both take turns; seconds of the processor are told, too. A first run of each, which reads all from the disk, is left
    out.
    """
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        article = pathlib.Path(scratch) / "short.txt"
        article.write_text(_SHORT, "utf-8")
        for turn in range(rounds + 1):
            out = f"{scratch}/out-{turn}"
            runs = {"run": ["-m", "cordiale", "run", str(article), "--output", out, "--quiet"], "bare": ["-c", _LOADS]}
            for name in list(runs)[:: 1 if turn % 2 == 0 else -1]:
                seconds, busy = _timed(runs[name])
                if turn:
                    found.setdefault(name, []).append(seconds)
                    found.setdefault(f"{name}_busy", []).append(busy)
    return found


def _timed(arguments: Sequence[str]) -> tuple[float, float]:
    """Return the seconds that a command takes, by the clock and of the processor."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def started(found: dict[str, list[float]]) -> str:
    """Return what starting costs, as a sentence."""
    told = {name: statistics.median(values) for name, values in found.items()}
    more, busy = told["run"] - told["bare"], told["run_busy"] - told["bare_busy"]
    return (
        f"`cordiale run` on one short article: {told['run']:.2f} s, {more:.2f} s beyond imports and models "
        f"({told['bare']:.2f} s); {told['run_busy']:.2f} s of the processor, {busy:.2f} s beyond"
    )


def growth(*folders: pathlib.Path) -> dict[str, list[dict[str, float]]]:
    """Time the main job on ever more articles, with one worker and two, each time in a new process."""
    found: dict[str, list[dict[str, float]]] = {}
    for name in ("beam", "beam2"):
        for folder in folders:
            with Process(name) as process:
                seconds = process.ask(folder)["seconds"]
                found.setdefault(name, []).append({"seconds": seconds, "peak": process.peak})
    return found


def grown(found: dict[str, list[dict[str, float]]]) -> str:
    """Return how time and memory grew, a line for each number of workers."""
    lines = []
    for name, runs in found.items():
        times = ", ".join(f"{run['seconds']:.1f} s ({run['seconds'] / runs[0]['seconds']:.1f}x)" for run in runs)
        peaks = ", ".join(f"{run['peak'] / 1e6:.0f}" for run in runs)
        lines.append(f"{name} on the articles 1, 3, 10 times: {times}; peak of a process {peaks} MB")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
