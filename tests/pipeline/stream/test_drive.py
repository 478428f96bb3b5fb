"""What a stream cannot do is refused before anything is started."""

import dataclasses
import pathlib

import pytest

from pipeline.cli.main import main
from pipeline.errors import UsageError
from pipeline.options import RunOptions
from pipeline.stream.drive import StreamOptions, check, read_state, savepoint_of
from pipeline.stream.windows import Windows

FLINK = RunOptions(("in",), "out", runner="flink")


def test_what_is_right_passes() -> None:
    check(FLINK, StreamOptions())


@pytest.mark.parametrize(
    ("options", "how", "message"),
    [
        (dataclasses.replace(FLINK, runner="direct"), StreamOptions(), "--runner flink"),
        (FLINK, StreamOptions(interval=0), "--interval must be at least 1 second"),
        (FLINK, StreamOptions(checkpoint=0.5), "--checkpoint must be at least 1 second"),
        (FLINK, StreamOptions(Windows(size=0)), "--window must be at least 1 second"),
        (FLINK, StreamOptions(Windows(wait=-1)), "--wait must be at least 0 seconds"),
        (dataclasses.replace(FLINK, inputs=("kafka://here",)), StreamOptions(), "kafka://HOST:PORT/TOPIC"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(options: RunOptions, how: StreamOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check(options, how)


def test_an_early_pane_longer_than_its_window_is_refused(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["stream", str(tmp_path), "--output", str(tmp_path / "out"), "--window", "10", "--early", "20"]
    assert main(arguments) == 2
    assert "--early 20 is longer than --window 10" in capsys.readouterr().err


def test_a_dataset_without_a_stream_has_no_savepoint(tmp_path: pathlib.Path) -> None:
    assert savepoint_of(str(tmp_path)) is None
    assert read_state(str(tmp_path)) == {}
