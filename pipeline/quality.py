"""The quality gate: runs the main job over annotated documents and fails where a figure falls below its floor.

    python -m pipeline.quality [--report FILE]

`samples/` is scored by `pipeline.evaluate`; where the shared annotations lie beside the project, their own scorers are
run too. The floors are in `tests/quality_floor.yaml`.
"""

import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping

import pyarrow.dataset as ds
import yaml

from pipeline.evaluate import evaluate, read_annotations

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FLOORS = ROOT / "tests" / "quality_floor.yaml"

Figures = Mapping[str, float]


@dataclasses.dataclass(frozen=True)
class Benchmark:
    """A set of annotated documents: `measure` runs the job in a scratch folder and returns the figures."""

    name: str
    needs: pathlib.Path
    measure: Callable[[pathlib.Path], Figures]


def benchmarks() -> list[Benchmark]:
    """Return all sets, those whose documents are not there included."""
    evaluated = [
        _shared_set(name, folder) for name, folder in (("seeds", "seeds"), ("train", "eval/train"), ("dev", "eval/dev"))
    ]
    return [
        Benchmark("samples", ROOT / "samples", _samples),
        *evaluated,
        Benchmark("arms", SHARED / "data" / "arms_train.jsonl", _arms),
        Benchmark("plover", SHARED / "data" / "plover_train.jsonl", _plover),
    ]


def check(figures: Mapping[str, Figures], floors: Mapping[str, Figures]) -> Iterator[str]:
    """Yield a line for each figure that is below its floor."""
    for name, least in floors.items():
        for figure, floor in least.items():
            if name in figures and figures[name].get(figure, 0.0) < floor:
                yield f"{name}: {figure} is {figures[name].get(figure, 0.0):.3f}, accepted was {floor:.3f}"


def main(argv: list[str] | None = None) -> int:
    """Measure, print a table, and return 1 if a figure fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", type=pathlib.Path, help="write the figures here as JSON too")
    parser.add_argument("--only", action="append", default=[], help="measure this set alone; may be given again")
    args = parser.parse_args(argv)
    figures = {}
    for benchmark in benchmarks():
        if args.only and benchmark.name not in args.only:
            continue
        if not benchmark.needs.exists():
            print(f"{benchmark.name:8} skipped: its documents are not beside the project")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            figures[benchmark.name] = benchmark.measure(pathlib.Path(scratch))
        print(
            f"{benchmark.name:8} " + "  ".join(f"{k} {v:.3f}" for k, v in figures[benchmark.name].items()), flush=True
        )
    if args.report:
        args.report.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    fallen = list(check(figures, yaml.safe_load(FLOORS.read_text("utf-8"))))
    for line in fallen:
        print(f"BELOW THE FLOOR  {line}")
    return 1 if fallen else 0


def _run(inputs: pathlib.Path, scratch: pathlib.Path, metadata: pathlib.Path | None = None) -> pathlib.Path:
    """Run the main job over the text files of a folder and return the folder of its mentions."""
    out = scratch / "out"
    listed = sorted(str(p) for p in inputs.iterdir() if p.suffix not in (".yaml", ".csv", ".md"))
    command = [sys.executable, "-m", "cordiale", "run", *listed, "--output", str(out), "--quiet"]
    if metadata is not None and metadata.exists():
        command += ["--metadata", str(metadata)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return out / "mentions"


def _samples(scratch: pathlib.Path) -> Figures:
    folder = ROOT / "samples"
    mentions = _run(folder, scratch, folder / "metadata.csv")
    rows = ds.dataset(mentions, format="parquet", partitioning="hive").to_table().to_pylist()
    return evaluate(read_annotations(folder / "annotations.yaml", folder), rows)


def _shared_set(name: str, folder: str) -> Benchmark:
    docs, gold = SHARED / folder, SHARED / "eval" / f"{name}.yaml"

    def measure(scratch: pathlib.Path) -> Figures:
        mentions = _run(docs, scratch, SHARED / "eval" / f"{name}_metadata.csv")
        figures = _score(
            "score.py",
            scratch,
            "--gold",
            gold,
            "--docs",
            docs,
            "--pred",
            mentions,
            "--events",
            mentions.parent / "events",
        )
        return {key: value["f1"] for key, value in figures.items() if key != "party_who"}

    return Benchmark(name, gold, measure)


def _arms(scratch: pathlib.Path) -> Figures:
    gold, texts = SHARED / "data" / "arms_train.jsonl", scratch / "texts"
    _score("score_arms.py", scratch, "--gold", gold, "--texts", texts, figures=False)
    figures = _score(
        "score_arms.py", scratch, "--gold", gold, "--pred", _run(texts, scratch, scratch / "texts_metadata.csv")
    )
    return {key: figures[key]["f1"] for key in ("passage", "words")}


def _plover(scratch: pathlib.Path) -> Figures:
    gold, texts = SHARED / "data" / "plover_train.jsonl", scratch / "texts"
    _score("score_plover.py", scratch, "--gold", gold, "--texts", texts, figures=False)
    figures = _score("score_plover.py", scratch, "--gold", gold, "--pred", _run(texts, scratch))
    return {key: float(figures[key]) for key in ("cooperation", "kind")}


def _score(script: str, scratch: pathlib.Path, *arguments: object, figures: bool = True) -> dict:  # type: ignore[type-arg]
    """Run a scorer that lies beside the shared annotations and return the figures that it writes."""
    written = scratch / "figures.json"
    command = [sys.executable, str(SHARED / "eval" / script), *map(str, arguments)]
    command += ["--json", str(written)] if figures else []
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads(written.read_text("utf-8")) if figures else {}


if __name__ == "__main__":
    sys.exit(main())
