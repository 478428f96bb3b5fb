import pathlib

import pytest
import yaml

from pipeline import quality


def test_a_figure_below_its_floor_is_told():
    lines = list(quality.check({"samples": {"detect": 0.6}}, {"samples": {"detect": 0.7}}))
    assert lines == ["samples: detect is 0.600, accepted was 0.700"]


def test_a_figure_that_is_missing_counts_as_nothing():
    assert list(quality.check({"samples": {}}, {"samples": {"detect": 0.1}}))


def test_a_set_that_was_not_measured_is_not_judged():
    assert list(quality.check({}, {"seeds": {"detect": 0.7}})) == []


def test_every_floor_belongs_to_a_set_that_is_measured():
    floors = yaml.safe_load(quality.FLOORS.read_text("utf-8"))
    assert set(floors) <= {b.name for b in quality.benchmarks()}


@pytest.fixture
def one_benchmark(monkeypatch, tmp_path):
    def use(figures, floors, *, there=True):
        needs = tmp_path if there else tmp_path / "nothing"
        monkeypatch.setattr(quality, "benchmarks", lambda: [quality.Benchmark("mine", needs, lambda _: figures)])
        path = pathlib.Path(tmp_path, "floors.yaml")
        path.write_text(yaml.safe_dump(floors), "utf-8")
        monkeypatch.setattr(quality, "FLOORS", path)

    return use


def test_the_gate_fails_when_a_figure_fell(one_benchmark, capsys):
    one_benchmark({"detect": 0.5}, {"mine": {"detect": 0.6}})
    assert quality.main([]) == 1
    assert "BELOW THE FLOOR" in capsys.readouterr().out


def test_the_gate_passes_when_figures_hold(one_benchmark):
    one_benchmark({"detect": 0.6}, {"mine": {"detect": 0.6}})
    assert quality.main([]) == 0


def test_documents_that_are_not_there_are_said_to_be_skipped(one_benchmark, capsys):
    one_benchmark({}, {"mine": {"detect": 0.6}}, there=False)
    assert quality.main([]) == 0
    assert "skipped" in capsys.readouterr().out
