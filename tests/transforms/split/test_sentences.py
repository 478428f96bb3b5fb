import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.split.sentences import LONGEST, split_sentences
from transforms.split.spans import SPACES


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Gen. Paul M. Tarn met Lt. Col. Ida Brook at 10 a.m. on Sept. 5 in St. Anton.",
        "Acme Inc. sold 3.5 tons to Bolt Co. Ltd. for $1.25 million.",
        "The U.S. Navy and the U.K. Treasury replied.",
        "Dr. J.R.R. Brook, D-N.Y., agreed with Mr. Tarn Jr. on Art. 5 and No. 7.",
        "He wrote to www.Example.Com and to a.tarn@example.org about U.S.Army boats.",
        "They waited . . . and signed … at last.",
        "“Will you buy it?” he asked.",
        "“Will you buy it?” Ida Brook asked.",
        "The drill (the first!) went well.",
        "ST. ANTON, Ruritania, Jan. 15, 2018 / Wire / -- The yard delivered the boat.",
        "1. The sides will share the cost.",
    ],
)
def test_one_sentence_stays_one(sentence):
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The ferry was sold.", "The price is secret."),
        ("Is it sold?", "Nobody knows."),
        ("It is sold?!", "Well."),
        ("It has been sold…", "The crew left."),
        ("He said: “We will buy it.”", "The envoy smiled."),
        ("He said that it was sold (for cash.)", "The envoy smiled."),
        ("It was sold by Acme Inc.", "The price is secret."),
        ("It is made in the U.S.", "It is sold in Ruritania."),
        ("They met in Washington, D.C.", "Minister Brook left early."),
        ("They met at 5 p.m.", "In the evening they dined."),
        ("They chose plan B.", "The rest is known."),
        ("They signed in 2015.", "14 ferries followed."),
        ("The answer was no.", "Brook left."),
        ("We bought trucks, tugs, etc.", "Nobody objected."),
        ("They agreed [12].", "Brook left."),
        ("The talks failed. . .", "Brook left."),
    ],
)
def test_two_sentences_are_two(first, second):
    assert sentences(f"{first} {second}") == [first, second]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The order came from the government.", "The minister was glad."),
        ("He praised the deal.”", "The minister was glad."),
        ("The order came in 2015.", "Ruritania paid."),
        ("It joined NATO.", "The minister was glad."),
        ("It ordered radars (three).", "The minister was glad."),
        ("He praised the deal.", "“We are glad,” he said."),
        ("Why now?", "The minister was glad."),
    ],
)
def test_a_missing_space_does_not_hide_the_end(first, second):
    assert sentences(first + second) == [first, second]


def test_bullets_in_a_line_separate_and_are_left_out():
    assert sentences("They agreed: • two ferries; • one tug") == ["They agreed:", "two ferries;", "one tug"]


def test_semicolons_do_not_separate():
    text = "They agreed to build a bridge; to share its cost; and to meet again."
    assert sentences(text) == [text]


def test_a_closing_guillemet_may_stand_apart():
    assert sentences("« Sign it ! » The envoy left.") == ["« Sign it ! »", "The envoy left."]


def test_offsets_count_from_the_start_of_the_text():
    text = "Title\n\nIt is sold. It is paid.\n\nEnd."
    assert split_sentences(text, 7, 30) == [(7, 18), (19, 30)]


def test_what_stands_after_the_paragraph_changes_nothing():
    text = "It is sold by Acme Inc. The price is secret."
    assert split_sentences(text, 0, 23) == [(0, 23)]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_text_has_no_sentences(text):
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    ("unit", "ending"), [("two ferries; ", ";"), ("two ferries, ", ","), ("ferries ", "s"), ("x", "x")]
)
def test_an_endless_sentence_is_cut_where_it_hurts_least(unit, ending):
    cut = sentences(unit * 1000)
    assert max(map(len, cut)) <= LONGEST
    assert all(piece.endswith(ending) for piece in cut)


@given(st.text(st.sampled_from(" \n.!?…,;\"”'’()»1aAbBTheU.S•"), max_size=300))
def test_sentences_are_ordered_and_hold_all_that_is_visible(text):
    spans = split_sentences(text)
    flat = [offset for span in spans for offset in span]
    assert flat == sorted(flat)
    covered = {offset for start, end in spans for offset in range(start, end)}
    assert all(char in SPACES or char == "•" for offset, char in enumerate(text) if offset not in covered)


def test_importing_the_rules_does_not_import_beam():
    code = "import sys, transforms.split.sentences, transforms.split.stated; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
