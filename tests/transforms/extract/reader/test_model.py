import re

import pytest

from transforms.extract.reader.model import shipped_reader
from transforms.extract.reader.questions import ROLES, SIDES

TEXT = "Norway sold five frigates to Chile in May. The weather was fine."


@pytest.fixture(scope="module")
def reading():
    spans = [(m.start(), m.end()) for m in re.finditer(r"[A-Z][^.]*\.", TEXT)]
    return shipped_reader().read(TEXT, spans, None)


def place(word):
    start = TEXT.index(word)
    return start, start + len(word)


def test_a_trigger_is_told_from_other_words(reading):
    assert reading.event([place("sold")]).heard.word > 0 > reading.event([place("weather")]).heard.word


def test_triggers_are_proposed_where_they_stand(reading):
    assert place("sold") in [span for span, _, _ in reading.triggers((0, TEXT.index("The")))]
    assert not list(reading.triggers(place("The weather was fine.")))


def test_answers_are_log_probabilities(reading):
    for answers in reading.event([place("sold")]).heard.answers.values():
        assert max(answers.values()) <= 0


def likeliest(odds):
    return max(odds, key=lambda role: odds[role])


def test_parties_goods_and_dates_are_told_apart(reading):
    event = reading.event([place("sold")])
    words = {word: dict(zip(ROLES, event.roles(*place(word)), strict=True)) for word in ("Chile", "frigates", "May")}
    assert likeliest(words["Chile"]) in SIDES
    assert likeliest(words["frigates"]) == "item"
    assert likeliest(words["May"]) == "date"


def test_words_out_of_sight_have_no_role(reading):
    assert reading.event([place("sold")]).roles(None, None) is None
    assert reading.event([(len(TEXT) + 5, len(TEXT) + 9)]) is None


def test_a_reading_is_the_same_whatever_was_asked_before(reading):
    spans = [(m.start(), m.end()) for m in re.finditer(r"[A-Z][^.]*\.", TEXT)]
    fresh = shipped_reader().read(TEXT, spans, None)
    again = fresh.event([place("sold")])
    assert again is not None
    assert again.heard == reading.event([place("sold")]).heard
