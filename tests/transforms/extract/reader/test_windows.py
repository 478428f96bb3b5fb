import re

import pytest

from transforms.extract.reader.distances import CLASSES, distance_classes
from transforms.extract.reader.model import SHIPPED, VOCABULARY
from transforms.extract.reader.windows import BODY, CONTEXT, WindowMaker

TEXT = "Peru will buy six trams. They come from Spain. " * 30


@pytest.fixture(scope="module")
def maker():
    return WindowMaker(SHIPPED / VOCABULARY)


def sentences(text):
    return [(m.start(), m.end()) for m in re.finditer(r"[A-Z][^.]*\.", text)]


def test_every_sentence_stands_in_one_body(maker):
    windows = list(maker.windows(TEXT, sentences(TEXT), "Trams"))
    held = [s for s in sentences(TEXT) for w in windows if w.body[0] <= s[0] and s[1] <= w.body[1]]
    assert held == sentences(TEXT)
    assert len(windows) > 1


def test_a_window_is_bounded_and_knows_what_was_said_before(maker):
    first, second, *_ = maker.windows(TEXT, sentences(TEXT), None)
    assert sum(second.segments) <= BODY + 1
    before = second.pieces(first.body[0], first.body[1])
    assert 0 < len(before) <= CONTEXT


def test_pieces_are_found_by_their_place_in_the_text(maker):
    for window in maker.windows(TEXT, sentences(TEXT), "Trams"):
        at = TEXT.index("Spain", window.body[0])
        assert {TEXT[slice(*window.spans[i])] for i in window.pieces(at, at + 5)} == {"Spain"}
        assert not window.pieces(window.body[1] + 1, window.body[1] + 9)


def test_a_sentence_without_end_is_cut(maker):
    text = "Peru buys trams and " * 2000
    (window,) = maker.windows(text, [(0, len(text))], None)
    assert len(window.ids) <= 512


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "é" * 50, "中国和俄罗斯"])
def test_odd_texts_make_windows_that_hold(maker, text):
    for window in maker.windows(text, [(0, len(text))], None):
        assert len(window.ids) == len(window.segments) == len(window.spans)
        assert all(0 <= a <= b <= len(text) for a, b in window.spans if a >= 0)


def test_distances_tell_the_side_and_how_far():
    classes = distance_classes([range(5, 7)], 12)
    assert classes[5] == classes[6]
    assert classes[4] < classes[5] < classes[7] < classes[11] < CLASSES
    assert distance_classes([range(2, 3), range(9, 10)], 12)[9] == classes[5]
