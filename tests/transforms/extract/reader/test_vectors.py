"""Vectors of mentions: what they are made of, and that each mention has one."""

import pathlib
import re

import numpy as np
import pytest

from schemas.codes import VECTOR_SCALE, VECTOR_WIDTH
from tests.end_to_end.conftest import run_into
from tests.end_to_end.rows import rows
from transforms.extract.reader.model import Reading, shipped_reader
from transforms.extract.reader.vectors import load_projection, shipped_projection

TEXT = "Norway sold five frigates to Chile in May. The weather was fine."


@pytest.fixture(scope="module")
def reading() -> Reading:
    spans = [(m.start(), m.end()) for m in re.finditer(r"[A-Z][^.]*\.", TEXT)]
    return shipped_reader().read(TEXT, spans, None)


def state_of(reading: Reading, word: str) -> np.ndarray:
    start = TEXT.index(word)
    state = reading.state((start, start + len(word)))
    assert state is not None
    return state


def test_a_state_is_of_the_phrase_and_of_what_is_around_it(reading: Reading) -> None:
    sold, weather = state_of(reading, "sold"), state_of(reading, "weather")
    assert sold.shape == (shipped_projection().weights.shape[0],)
    half = len(sold) // 2
    assert not np.allclose(sold[:half], weather[:half])
    assert np.corrcoef(sold[half:], weather[half:])[0, 1] > np.corrcoef(sold[:half], weather[:half])[0, 1]


def test_what_no_window_holds_has_no_state(reading: Reading) -> None:
    assert reading.state((len(TEXT) + 5, len(TEXT) + 9)) is None


def test_vectors_are_whole_numbers_within_bounds(reading: Reading) -> None:
    projection = shipped_projection()
    vector = projection.short(state_of(reading, "sold"))
    assert len(vector) == VECTOR_WIDTH
    assert any(vector)
    assert max(map(abs, projection.short(np.full(len(projection.weights), 1e9)))) == VECTOR_SCALE


def test_a_projection_comes_back_as_it_was_written(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "vectors.npz"
    np.savez(path, weights=np.eye(4, VECTOR_WIDTH), bias=np.zeros(VECTOR_WIDTH))
    one = load_projection(path)
    assert one.short(np.array([1.0, 0.0, -9.0, 0.0]))[:4] == (round(VECTOR_SCALE * np.tanh(1.0)), 0, -VECTOR_SCALE, 0)
    assert len(one.digest) == 64


def test_each_mention_has_a_vector_and_by_rules_alone_none(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text("Norway sold five frigates to Chile in May. Peru and Chile held talks in Lima.")
    ran = run_into(tmp_path / "out", [str(tmp_path / "a.txt")])
    mentions, vectors = rows(ran.root, "mentions"), rows(ran.root, "_vectors")
    assert mentions
    assert sorted(row["mention_id"] for row in vectors) == sorted(row["mention_id"] for row in mentions)
    rules = run_into(tmp_path / "rules", [str(tmp_path / "a.txt")], extractor="rules")
    assert rows(rules.root, "mentions")
    assert not (rules.root / "_vectors").exists()
