"""Progress is told by the size of a file that workers append to."""

import pathlib
import time

import apache_beam as beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from pipeline.progress import CountFinished, followed


def test_count_is_reported() -> None:
    seen: list[int] = []
    with followed(seen.append) as path:
        with beam.Pipeline(FnApiRunner()) as pipeline:
            _ = pipeline | beam.Create(range(5)) | CountFinished(path)
        until = time.monotonic() + 10
        while (not seen or seen[-1] < 5) and time.monotonic() < until:
            time.sleep(0.05)
    assert seen[-1] == 5
    assert not pathlib.Path(path).exists()


def test_a_worker_elsewhere_counts_nothing(tmp_path: pathlib.Path) -> None:
    with beam.Pipeline(FnApiRunner()) as pipeline:
        _ = pipeline | beam.Create(range(5)) | CountFinished(str(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []
