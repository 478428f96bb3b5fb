"""The job for Dataflow is built whole, by a dry run without an account, and looked at."""

import importlib
import json
import os
import pathlib
import re
from typing import Any

import pytest

from pipeline.graph import create_pipeline, new_job
from pipeline.options import RunOptions
from runners import dataflow
from runners.interface import NotReadyError, Request

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGE = "europe-docker.pkg.dev/my-project/images/cordiale:1"
GIVEN = (
    "--project=my-project",
    "--region=europe-west4",
    "--temp_location=gs://bucket/tmp",
    f"--sdk_container_image={IMAGE}",
)
DRY = (*GIVEN, "--dry_run=True", "--no_auth", "--job_name=cordiale")


@pytest.fixture(scope="module", autouse=True)
def _google() -> None:
    try:
        importlib.import_module("google.cloud.dataflow")
    except ImportError:
        if os.environ.get("REQUIRE_DATAFLOW"):
            raise
        pytest.skip("Google's libraries are not installed (`make dataflow-check` installs them)")


@pytest.fixture(scope="module")
def job() -> Any:
    options = RunOptions(
        inputs=("gs://bucket/in/",), output="gs://bucket/out", runner="dataflow", workers=20, link=False
    )
    made = new_job(options, root="gs://bucket/out", versions={})
    with dataflow.engine(Request(workers=20, beam_args=DRY)) as engine:
        import dataclasses

        pipeline = create_pipeline(engine, dataclasses.replace(made, staged=engine.staged))
        return pipeline.run().job


def transforms(job: Any) -> list[Any]:
    return list(job.proto_pipeline.components.transforms.values())


def test_the_whole_graph_is_there_under_names_of_its_own(job: Any) -> None:
    names = [transform.unique_name for transform in transforms(job)]
    assert len(names) == len(set(names))
    for stage in ("Read", "Split", "Extract", "Sign", "Write"):
        assert any(name == stage or name.startswith(f"{stage}/") for name in names), stage


def test_a_worker_does_the_one_commit_behind_one_barrier(job: Any) -> None:
    names = [transform.unique_name for transform in transforms(job)]
    assert [name for name in names if name.endswith("Commit/Barrier")] == ["Write/Commit/Barrier"]
    assert "Write/Commit/Commit" in names


def test_inputs_and_parts_of_large_ones_are_spread_over_the_workers(job: Any) -> None:
    reshuffles = [t.unique_name for t in transforms(job) if t.spec.urn == "beam:transform:reshuffle:v1"]
    assert {"Read/ReadParts/Spread", "Read/ReadParts/Spread parts"} <= set(reshuffles)


def test_nothing_in_it_is_unbounded(job: Any) -> None:
    assert {pc.is_bounded for pc in job.proto_pipeline.components.pcollections.values()} == {2}


def test_workers_are_of_our_image_and_nothing_is_staged(job: Any) -> None:
    environments = list(job.proto_pipeline.components.environments.values())
    assert environments
    for environment in environments:
        assert environment.urn == "beam:env:docker:v1"
        assert IMAGE.encode() in environment.payload
        assert not [d for d in environment.dependencies if b".whl" in d.type_payload or b".tar.gz" in d.type_payload]


def test_options_are_the_defaults_and_the_users(job: Any) -> None:
    options = job.options.get_all_options()
    assert options["max_num_workers"] == 20
    assert options["autoscaling_algorithm"] == "THROUGHPUT_BASED"
    assert options["machine_type"] == dataflow.DEFAULTS["--machine_type"]
    assert "runners.rows" in options["beam_plugins"]
    assert options["temp_location"].startswith("gs://bucket/tmp/")
    assert options["project"] == "my-project"


@pytest.mark.parametrize("option", dataflow.NEEDED)
def test_what_is_missing_is_named(option: str) -> None:
    rest = tuple(argument for argument in GIVEN if not argument.startswith(f"{option}="))
    with pytest.raises(NotReadyError, match=f"needs {option} "):
        dataflow.check(Request(beam_args=rest))


@pytest.mark.parametrize(
    "wrong", ["--project=Mine!", "--region=europe", "--temp_location=/tmp", "--sdk_container_image=x y"]
)
def test_what_is_not_of_its_form_is_refused(wrong: str) -> None:
    with pytest.raises(NotReadyError, match=wrong.partition("=")[0]):
        dataflow.check(Request(beam_args=(*GIVEN, wrong)))
    dataflow.check(Request(beam_args=GIVEN))


SPEC = json.loads((ROOT / "runners" / "dataflow" / "flex_template.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("input", "gs://bucket/articles/*.txt", "/home/articles"),
        ("output", "gs://bucket/events", "gs://bucket/e*"),
        ("published", "2018-07-23", "2018-13-01"),
        ("extractor", "both", "all"),
        ("min_confidence", "0.5", "1.5"),
        ("workers", "20", "0"),
    ],
)
def test_the_template_takes_what_is_right_and_refuses_what_is_not(name: str, good: str, bad: str) -> None:
    (parameter,) = (parameter for parameter in SPEC["parameters"] if parameter["name"] == name)
    (pattern,) = parameter["regexes"]
    assert re.fullmatch(pattern, good)
    assert not re.fullmatch(pattern, bad)


def test_the_templates_parameters_are_those_that_its_launcher_reads() -> None:
    from pipeline.flex import PARAMETERS, options_of

    assert tuple(parameter["name"] for parameter in SPEC["parameters"]) == PARAMETERS
    told = options_of(
        ["--input=gs://b/in", "--output=gs://b/out", "--published=2018-07-23", "--runner=DataflowRunner", *GIVEN]
    )
    assert (told.inputs, told.output, told.runner, told.link) == (("gs://b/in",), "gs://b/out", "dataflow", False)
    assert told.beam_args == GIVEN


def test_the_image_is_built_on_beams_of_the_same_version_and_holds_every_package() -> None:
    import apache_beam

    lines = (ROOT / "runners" / "dataflow" / "Dockerfile").read_text("utf-8").splitlines()
    (base,) = (line for line in lines if line.startswith("FROM "))
    assert base.endswith(f"_sdk:{apache_beam.__version__}")
    copied = {line.split()[1] for line in lines if line.startswith("COPY ")}
    assert {"schemas", "transforms", "runners", "pipeline", "cordiale", "requirements.lock"} <= copied
