"""What `benchmarks.speed` times, each in a process of its own: the pipeline, its parts, and what would do instead.

    python -m benchmarks.contenders NAME [--profile FILE]

A contender loads what it needs, says so on its standard output, and then reads folders from its standard input, one a
line. It goes through the articles of each (`*.jsonl`: `id`, `title`, `text`) and answers with a line of JSON: seconds,
and what else it knows. So several can be timed in turns, warm, without loading again.

| name | what |
| --- | --- |
| `spacy` | (A) a plain script: `nlp.pipe` with the whole model over all paragraphs |
| `spacy2` | (B) the same with `n_process=2` |
| `loop` | (C) the project's own functions in a loop without Beam: read, split, extract |
| `unscreened` | (C) with the screen switched off |
| `split` | (D) reading and splitting alone |
| `beam`, `beam2` | the main job on one worker and on two, without linking |
"""

import argparse
import contextlib
import cProfile
import functools
import json
import logging
import pathlib
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

Answer = dict[str, Any]
Contender = Callable[[pathlib.Path], Answer]


def main(argv: list[str] | None = None) -> int:
    """Serve one contender until the input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("--profile", help="write a profile of all that is done to this file")
    args = parser.parse_args(argv)
    began = time.perf_counter()
    with CONTENDERS[args.name]() as contender:
        print(json.dumps({"loaded": time.perf_counter() - began}), flush=True)
        profile = cProfile.Profile() if args.profile else None
        for line in sys.stdin:
            folder = pathlib.Path(line.strip())
            began, busy = time.perf_counter(), time.process_time()
            answer = profile.runcall(contender, folder) if profile else contender(folder)
            seconds, busy = time.perf_counter() - began, time.process_time() - busy
            print(json.dumps({"seconds": seconds, "busy": busy, **answer}), flush=True)
        if profile:
            profile.dump_stats(args.profile)
    return 0


def files(folder: pathlib.Path) -> list[pathlib.Path]:
    """Return the files of articles in a folder, in order."""
    return sorted(folder.glob("*.jsonl"))


@contextlib.contextmanager
def _spacy(processes: int) -> Iterator[Contender]:
    import spacy  # noqa: PLC0415 - each contender imports what it needs, no more

    from transforms.extract.interface import ExtractorOptions  # noqa: PLC0415

    nlp = spacy.load(ExtractorOptions.model)

    def run(folder: pathlib.Path) -> Answer:
        lines = (line for file in files(folder) for line in file.read_text("utf-8").splitlines())
        paragraphs = (p for line in lines for p in json.loads(line)["text"].split("\n\n"))
        return {"names": sum(len(doc.ents) for doc in nlp.pipe(paragraphs, n_process=processes))}

    yield run


@contextlib.contextmanager
def _loop(*, screened: bool = True) -> Iterator[Contender]:
    from transforms.extract.interface import ExtractorOptions  # noqa: PLC0415
    from transforms.extract.load import load_extractor  # noqa: PLC0415

    extractor = load_extractor(ExtractorOptions(screen=screened))
    clock = Clock()
    clock.watch(extractor)

    def run(folder: pathlib.Path) -> Answer:
        clock.spent.clear()
        sentences = parsed = mentions = 0
        for document in _documents(folder, clock):
            with clock.at("extract"):
                found = extractor.extract(document)
            sentences += found.sentences
            parsed += found.sentences_parsed
            mentions += len(found.mentions)
        return {"stages": dict(clock.spent), "sentences": sentences, "parsed": parsed, "mentions": mentions}

    yield run


@contextlib.contextmanager
def _split() -> Iterator[Contender]:
    clock = Clock()

    def run(folder: pathlib.Path) -> Answer:
        clock.spent.clear()
        count = sum(1 for _ in _documents(folder, clock))
        return {"stages": dict(clock.spent), "documents": count}

    yield run


@contextlib.contextmanager
def _beam(workers: int) -> Iterator[Contender]:
    from pipeline.execute import run  # noqa: PLC0415
    from pipeline.options import RunOptions  # noqa: PLC0415
    from transforms.extract.ptransforms import shared_extractor  # noqa: PLC0415

    logging.disable(logging.WARNING)  # as the command line has it: workers tell everything
    options = RunOptions(inputs=(), output="", workers=workers, link=False)
    shared_extractor(options.extraction)

    def once(folder: pathlib.Path) -> Answer:
        with tempfile.TemporaryDirectory() as scratch:
            made = RunOptions(inputs=(str(folder),), output=f"{scratch}/out", workers=workers, link=False)
            outcome = run(made)
        return {"mentions": outcome.manifest.counts.get("mentions", 0)}

    yield once


class Clock:
    """Adds up the seconds that stages take; what one stage spends inside another counts for the inner one alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._stack: list[str] = []
        self._since = 0.0

    @contextlib.contextmanager
    def at(self, stage: str) -> Iterator[None]:
        """Count what happens inside for a stage."""
        self._turn()
        self._stack.append(stage)
        try:
            yield
        finally:
            self._turn()
            self._stack.pop()

    def each(self, stage: str, items: Iterator[Any]) -> Iterator[Any]:
        """Count the making of each item for a stage."""
        while True:
            with self.at(stage):
                item = next(items, self)
            if item is self:
                return
            yield item

    def watch(self, extractor: Any) -> None:
        """Count the parts of an extractor apart."""
        extractor.screened = self._timed("screen", extractor.screened)
        parser, reader = extractor._parser, extractor._reader  # noqa: SLF001 - measured from outside
        parse = parser.parse
        parser.parse = lambda sentences: self.each("parse", parse(sentences))
        if reader is not None:
            for name in ("read", "encode", "heads", "roles"):
                setattr(reader, name, self._timed("read by the trained model", getattr(reader, name)))

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.at(stage):
                return function(*args, **kwargs)

        return timed

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._stack:
            self.spent[self._stack[-1]] += now - self._since
        self._since = now


def _documents(folder: pathlib.Path, clock: Clock) -> Iterator[Any]:
    from schemas.records import Document, Part, Source  # noqa: PLC0415
    from transforms.read.limits import ReadLimits, ReadOptions  # noqa: PLC0415
    from transforms.read.reader import read_part  # noqa: PLC0415
    from transforms.split.ptransforms import split_document  # noqa: PLC0415

    options = ReadOptions(ReadLimits())
    for file in files(folder):
        for found in clock.each("read", read_part(Part(Source(uri=str(file), path=str(file))), options)):
            if isinstance(found, Document):
                with clock.at("split"):
                    document = split_document(found)
                yield document


CONTENDERS: dict[str, Callable[[], contextlib.AbstractContextManager[Contender]]] = {
    "spacy": functools.partial(_spacy, 1),
    "spacy2": functools.partial(_spacy, 2),
    "loop": _loop,
    "unscreened": functools.partial(_loop, screened=False),
    "split": _split,
    "beam": functools.partial(_beam, 1),
    "beam2": functools.partial(_beam, 2),
}


if __name__ == "__main__":
    sys.exit(main())
