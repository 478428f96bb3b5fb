"""A mention is drawn with its sentence, and with every part in the colour of its role."""

import pytest
from rich.text import Text

from pipeline.cli.render import AMOUNT_STYLE, ITEM_STYLE, ROLE_STYLES, TRIGGER_STYLE, mention_text, safe
from tests.pipeline.mentions import CARRIED, MENTION, SENTENCE, row


def styled(text: Text) -> dict[str, str]:
    line = next(line for line in text.split() if SENTENCE in line.plain)
    return {line.plain[span.start : span.end]: str(span.style) for span in line.spans}


def test_parts_of_the_sentence_are_coloured_by_role() -> None:
    assert styled(mention_text(row(MENTION))) == {
        "sell": TRIGGER_STYLE,
        "France": ROLE_STYLES["supplier"],
        "Russia": ROLE_STYLES["recipient"],
        "Mistral ships": ITEM_STYLE,
        "about $1.7 billion": AMOUNT_STYLE,
    }


@pytest.mark.parametrize(
    "line",
    [
        "deal / sale · military · agreed · asserted · 2011-06-17 · confidence 0.75",
        "  supplier   France (FRA, country)",
        "  item       2 × Mistral ships [Ships]",
        "  amount     about $1.7 billion = 1,700,000,000 USD (about)",
        "  from       Ships for Russia, Example Times, 2011-06-18 — articles/a.txt, characters 100 to 168",
    ],
)
def test_facts_are_written_out(line: str) -> None:
    assert line in mention_text(row(MENTION)).plain.split("\n")


@pytest.mark.parametrize(
    "line",
    [
        "  party      NATO (NATO, igo, carried over)",
        "  party      Russia (RUS, country, said as “Russia”)",
        "  party      Jane Doe (person)",
        "  location   Moscow",
    ],
)
def test_where_a_party_comes_from_is_said(line: str) -> None:
    assert line in mention_text(row(CARRIED)).plain.split("\n")


def test_a_document_cannot_steer_the_terminal() -> None:
    hostile = SENTENCE.replace("will", "\x1b[2J").replace("Russia", "R\u202essia")
    drawn = mention_text(row(MENTION, sentence=hostile, title="\x1b]0;x\x07", uri="a\nb")).plain
    assert not any(character in drawn for character in "\x1b\x07\u202e")
    assert "a b, characters" in drawn


def test_safe_keeps_the_length() -> None:
    assert safe("a\x1b\nb\u2028c") == "a  b c"
