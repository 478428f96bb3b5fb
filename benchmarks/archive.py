"""Memory and resuming on an archive of many small files: `python -m benchmarks.archive FOLDER [DOCUMENTS [WORKERS]]`.

Makes DOCUMENTS short articles (20,000, if not said), of which every tenth reports a deal, and runs the job over a tenth
of them, over all of them, and over all of them once more. Each run is a process of its own; its memory is looked at ten
times a second, together with that of all processes that it starts. Printed are the peaks, their ratio, and how long
the run took that has nothing to do.
"""

import contextlib
import pathlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

_INTERVAL = 0.1
_SELLERS = ("France", "Italy", "Spain", "Sweden", "Brazil", "South Korea", "Turkey", "Germany")
_BUYERS = ("Chile", "Peru", "India", "Poland", "Egypt", "Indonesia", "Morocco", "Greece")
_GOODS = ("frigates", "trainer jets", "armoured vehicles", "radars", "patrol boats", "helicopters")
_FILLER = (
    "The weather in the capital was mild for the season.",
    "Shops in the old town stayed open until late.",
    "The minister spoke for an hour and took no questions.",
    "A choir from the north of the country sang at the end.",
)


def main(arguments: Sequence[str]) -> None:
    """Make the articles that are not there yet, and measure."""
    folder = pathlib.Path(arguments[0])
    documents = int(arguments[1]) if len(arguments) > 1 else 20_000
    workers = arguments[2] if len(arguments) > 2 else "1"
    few, many = folder / "few", folder / "many"
    _make(few, documents // 10)
    _make(many, documents)
    for name in ("out-few", "out-many"):
        shutil.rmtree(folder / name, ignore_errors=True)
    small = _measure(f"{documents // 10:,} documents", few, folder / "out-few", workers)
    large = _measure(f"{documents:,} documents", many, folder / "out-many", workers)
    print(f"peak of the second is {large / small:.3f} times that of the first", flush=True)
    _measure("the same again", many, folder / "out-many", workers)


def _make(folder: pathlib.Path, documents: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        below = folder / f"{number // 1000:03}"
        below.mkdir(exist_ok=True)
        path = below / f"{number:06}.txt"
        if not path.exists():
            path.write_text(_article(number), "utf-8")


def _article(number: int) -> str:
    draw = random.Random(number)  # noqa: S311  (the same articles each time)
    seller, buyer, goods = draw.choice(_SELLERS), draw.choice(_BUYERS), draw.choice(_GOODS)
    if number % 10:
        return f"A day in the capital, report {number}\n\n{draw.choice(_FILLER)} {draw.choice(_FILLER)}\n"
    deal = f"{seller} will sell {draw.randrange(2, 90)} {goods} to {buyer} for {draw.randrange(50, 900)} million euro."
    return f"{seller} sells {goods} to {buyer}, report {number}\n\n{draw.choice(_FILLER)}\n\n{deal}\n"


def _measure(name: str, inputs: pathlib.Path, output: pathlib.Path, workers: str) -> int:
    command = [sys.executable, "-m", "cordiale", "run", str(inputs), "--output", str(output), "--workers", workers]
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        while process.poll() is None:
            peak = max(peak, memory(family(process.pid)))
            time.sleep(_INTERVAL)
        said = process.stdout.read().splitlines() if process.stdout else []
    seconds = time.perf_counter() - began
    first = said[0] if said else f"failed with exit code {process.returncode}"
    print(f"{name}: {seconds:.1f} s, peak memory {peak / 1e6:,.0f} MB ({first})", flush=True)
    return peak


def family(pid: int) -> list[int]:
    """Return a process and all that it has started, and so on."""
    found = [pid]
    for parent in found:
        for task in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def memory(pids: Sequence[int]) -> int:
    """Return what processes of one family use, in bytes: their own pages, and those of files once.

    What other programs on the machine map has no share in it, as it would have in their proportional set sizes.
    """
    read = [_rollup(pid) for pid in pids]
    return sum(r.get("Pss_Anon", 0) for r in read) + max(
        (r.get("Rss", 0) - r.get("Anonymous", 0) for r in read), default=0
    )


def _rollup(pid: int) -> dict[str, int]:
    """Return the sums of a process's mappings in bytes; nothing if it has ended."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {name: int(value.split()[0]) * 1024 for name, _, value in (line.partition(":") for line in lines)}


if __name__ == "__main__":
    main(sys.argv[1:])
