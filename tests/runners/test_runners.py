"""Runners are found by name, say what they lack, and know the records in every process."""

import copy
import dataclasses
import pathlib
import pickle
import sys

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import DirectOptions, PortableOptions, SetupOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

from runners import direct, portable, prism
from runners.arguments import beam_options
from runners.interface import NotReadyError, Request
from runners.registry import RUNNERS, find_runner
from schemas.records import Source


@pytest.mark.parametrize("name", RUNNERS)
def test_every_runner_offers_what_the_pipeline_asks_for(name: str) -> None:
    module = find_runner(name)
    assert module.SUMMARY
    assert callable(module.check)
    assert callable(module.engine)


def test_an_unknown_runner_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotReadyError, match="dataflow, direct, flink, portable, prism"):
        find_runner("spark")


def test_direct_names_fn_api_runner() -> None:
    with direct.engine(Request()) as engine:
        assert type(engine.runner) is FnApiRunner
        assert engine.options.view_as(DirectOptions).direct_running_mode == "in_memory"


def test_workers_are_processes_that_know_the_records() -> None:
    with direct.engine(Request(workers=3)) as engine:
        assert engine.options.view_as(DirectOptions).direct_num_workers == 3
        assert "runners.rows" in engine.options.view_as(SetupOptions).beam_plugins


def test_options_of_the_user_win() -> None:
    with direct.engine(Request(workers=3, beam_args=("--direct_num_workers=4",))) as engine:
        assert engine.options.view_as(DirectOptions).direct_num_workers == 4


def test_portable_starts_a_job_service_with_loopback_workers() -> None:
    with portable.engine(Request()) as engine:
        options = engine.options.view_as(PortableOptions)
        assert options.environment_type == "LOOPBACK"
        portable.check(Request(beam_args=(f"--job_endpoint={options.job_endpoint}",)))
        endpoint = options.job_endpoint
    with pytest.raises(NotReadyError, match="no job service answers"):
        portable.check(Request(beam_args=(f"--job_endpoint={endpoint}",)))


def test_portable_takes_a_job_service_that_is_there() -> None:
    with portable.engine(Request(beam_args=("--job_endpoint=localhost:1", "--environment_type=DOCKER"))) as engine:
        assert engine.options.view_as(PortableOptions).job_endpoint == "localhost:1"
        assert not engine.local


def test_prism_takes_a_binary_and_downloads_none(tmp_path: pathlib.Path) -> None:
    with pytest.raises(NotReadyError, match="needs its binary"):
        prism.check(Request())
    with pytest.raises(NotReadyError, match="no Prism binary at"):
        prism.check(Request(beam_args=(f"--prism_location={tmp_path / 'prism'}",)))
    prism.check(Request(beam_args=(f"--prism_location={sys.executable}",)))


def test_options_that_beam_would_drop_are_refused() -> None:
    with pytest.raises(NotReadyError, match="--nope"):
        direct.check(Request(beam_args=("--nope",)))
    direct.check(Request(beam_args=("--streaming", "--job_name=x")))


class Keep(beam.DoFn):
    """Gives back what is a real record and equal to the one that was sent."""

    def process(self, source: Source) -> list[Source]:
        same = isinstance(source, Source) and source == Source(uri=source.uri, path="p")
        return [dataclasses.replace(source, title="kept")] if same else []


def test_a_record_stays_itself_in_another_process(tmp_path: pathlib.Path) -> None:
    sources = [Source(uri=f"u{number}", path="p") for number in range(4)]
    with direct.engine(Request(workers=2)) as engine:
        pipeline = beam.Pipeline(runner=engine.runner, options=engine.options)
        spread = pipeline | beam.Create(sources).with_output_types(Source) | beam.Reshuffle()
        kept = spread | beam.ParDo(Keep()).with_output_types(Source)
        named = kept | "Again" >> beam.Reshuffle() | beam.Map(lambda source: source.title)
        _ = named | beam.combiners.Count.Globally() | beam.Map(str) | beam.io.WriteToText(str(tmp_path / "count"))
        pipeline.run().wait_until_finish()
    (written,) = tmp_path.glob("count*")
    assert written.read_text("utf-8").strip() == "4"


def test_views_of_options_are_kept_and_copies_have_their_own() -> None:
    options = beam_options(["--direct_num_workers=3"])
    view = options.view_as(DirectOptions)
    assert options.view_as(DirectOptions) is view
    for copied in (copy.deepcopy(options), pickle.loads(pickle.dumps(options))):
        copied.view_as(DirectOptions).direct_num_workers = 5
        assert copied.view_as(DirectOptions).direct_num_workers == 5
        assert copied.get_all_options()["direct_num_workers"] == 5
    view.direct_running_mode = "multi_threading"
    assert options.get_all_options()["direct_running_mode"] == "multi_threading"
    assert options.get_all_options()["direct_num_workers"] == 3
