"""A mutation fuzzer over every reader and the splitter behind it: `make fuzz`.

Whole files of every format are damaged at random, by a seed, and read and split as in a run, but in this process. No
input may raise, hang or come to nothing; what it gives must hold: reasons from the list, URIs of its own, offsets in
the text. Failures are written to a folder, with the seed, and belong into `test_found.py` afterwards.
"""

import argparse
import contextlib
import faulthandler
import functools
import io
import json
import logging
import pathlib
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence

from schemas.codes import DEAD_LETTER_REASONS, PARAGRAPH_KINDS
from schemas.records import DeadLetter, Document, Source
from tests.corpus import articles, hostile, layouts
from transforms.read.found import File
from transforms.read.limits import ReadLimits, ReadOptions
from transforms.read.streams import Budget, Stream
from transforms.read.unfold import Noted, Unfolder
from transforms.split.ptransforms import split_document

_STORIES = [articles.story(number) for number in range(3)]
_LIMITS = ReadLimits(max_bytes=300_000, max_depth=3, max_ratio=50, max_records=200)
_SLOW = 10.0
"""Seconds for one damaged file of a few kilobytes that count as a hang."""
_MEMORY = 4_000_000_000
_TOKENS = (
    b"\0", b"\xff", b"\n", b"\r\n", b"<", b">", b"</p>", b"<div>", b"<!DOCTYPE", b"&#x0;", b"]]>", b"{", b"}", b'"',
    b",", b"From ", b"WARC/1.0\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n", b"charset=utf-7",
    b"PK\x03\x04", b"\x1f\x8b\x08", b"obj", b"endstream", b"/Length 0", b"\xef\xbb\xbf", b"\xff\xfe",
    b"=?utf-8?q?=00?=", b"9" * 30, b"../",
)  # fmt: skip


@functools.cache
def seeds() -> dict[str, bytes]:
    """Return whole files of every format, and the hostile ones that are small, by name."""
    files = {f"a.{suffix}": make(_STORIES[0]) for suffix, make in articles.SINGLE.items()}
    files |= {f"b.{suffix}": make(_STORIES) for suffix, make in articles.MANY.items()}
    files |= {f"{number}.html": page for number, page in enumerate(layouts.LAYOUTS.values())}
    files |= {file.name: file.data for file in hostile.broken() if len(file.data) < 50_000 and "bomb" not in file.name}
    return files


def mutate(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """Return damaged bytes: flipped, cut, repeated, moved, or with something of other files in them."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(out) + 1)
        span = chance.choice((1, 2, 4, 16, 256))
        match chance.randrange(8):
            case 0 if out:
                out[at % len(out)] = chance.randrange(256)
            case 1:
                del out[at : at + span]
            case 2:
                del out[at:]
            case 3:
                out[at:at] = out[at : at + span] * chance.choice((1, 2, 50))
            case 4:
                out[at:at] = chance.choice(_TOKENS)
            case 5:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                out[at : at + span] = other[start : start + span]
            case 6 if out:
                out[at % len(out)] ^= 1 << chance.randrange(8)
            case _:
                out[at : at + span] = bytes(reversed(out[at : at + span]))
    return bytes(out)


def check(name: str, data: bytes) -> Counter[str]:
    """Read and split a file and assert what must hold of whatever comes out; return how often each thing did."""
    stream = Stream(io.BytesIO(data), budget=Budget(len(data), _LIMITS.max_ratio), size=len(data))
    unfolder = Unfolder(Source(name, f"/in/{name}"), f"file:///in/{name}", ReadOptions(_LIMITS))
    found = list(unfolder.unfold(File(name, stream)))
    results = [item for item in found if isinstance(item, (Document, DeadLetter))]
    assert results, "came to nothing"
    assert len({item.doc_id for item in results if isinstance(item, Document)}) == sum(
        isinstance(item, Document) for item in results
    ), "two documents of one identity"
    for item in results:
        assert item.uri == name or item.uri.startswith(f"{name}#"), item.uri
        item.uri.encode()
        if isinstance(item, DeadLetter):
            _check_letter(item)
        else:
            _check_document(split_document(item))
    assert all(isinstance(item.note, str) for item in found if isinstance(item, Noted))
    return Counter(item.reason if isinstance(item, DeadLetter) else "document" for item in results)


def _check_letter(letter: DeadLetter) -> None:
    assert letter.reason in DEAD_LETTER_REASONS, letter
    assert "\n" not in letter.detail
    letter.detail.encode()


def _check_document(document: Document) -> None:
    assert document.text.strip()
    json.dumps([document.title, document.author, document.source, document.url]).encode()
    for said in (document.text, document.title, document.author, document.source, document.url, document.language):
        (said or "").encode()
    end = 0
    for index, paragraph in enumerate(document.paragraphs):
        assert paragraph.index == index
        assert paragraph.kind in PARAGRAPH_KINDS
        assert end <= paragraph.start < paragraph.end <= len(document.text), paragraph
        end = paragraph.end


def main(arguments: Sequence[str]) -> int:
    """Fuzz for a time or a number of inputs, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failures", type=pathlib.Path, default=pathlib.Path("build/fuzz"))
    args = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    sys.setswitchinterval(1)
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stderr(io.StringIO()):
        return _fuzz(args)


def _fuzz(args: argparse.Namespace) -> int:
    files = list(seeds().items())
    others = [data for _, data in files if data]
    chance = random.Random(args.seed)
    results: Counter[str] = Counter()
    began, slowest, failed, number = time.monotonic(), (0.0, ""), 0, 0
    while number < args.inputs and time.monotonic() - began < args.seconds:
        name, data = files[number % len(files)]
        damaged = mutate(data, chance, others)
        number += 1
        started = time.monotonic()
        faulthandler.dump_traceback_later(3 * _SLOW, exit=True, file=2)
        try:
            results += check(name, damaged)
            slowest = max(slowest, (time.monotonic() - started, name))
            assert time.monotonic() - started < _SLOW, f"took {time.monotonic() - started:.1f} seconds"
        except Exception as error:  # noqa: BLE001
            failed += 1
            _keep(args.failures, f"{args.seed}-{number}-{name}", damaged)
            print(f"FAILED {name} (input {number}): {type(error).__name__}: {error}"[:300], flush=True)
    faulthandler.cancel_dump_traceback_later()
    seconds = time.monotonic() - began
    print(f"{number} inputs in {seconds:.0f} s, {failed} failed; slowest {slowest[0]:.2f} s ({slowest[1]})")
    print(*(f"  {reason}: {count}" for reason, count in results.most_common()), sep="\n")
    return 1 if failed or number < args.inputs else 0


def _keep(folder: pathlib.Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
