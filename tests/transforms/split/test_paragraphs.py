import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.split.paragraphs import LONGEST, paragraph_spans, split_paragraphs
from transforms.split.spans import SPACES

WRAPPED = """\
The harbour board of Ruritania has chosen a yard in Freedonia to build two
ferries for the northern line, its chairman told reporters after a meeting
that lasted until midnight. Work is to begin in spring.
The yard, which has built tugs for the board before, will also train their
crews. Neither side named the price, but people close to the talks said it
was lower than that of the only other bidder, a family firm in Sylvania.
"""


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraph_spans(text)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_blank_lines_separate_whatever_the_newline(newline):
    text = f"First one.{newline}{newline}Second one.{newline} {newline}{newline}Third one.{newline}"
    assert pieces(text) == ["First one.", "Second one.", "Third one."]


@pytest.mark.parametrize("separator", ["\u2029", "\f", "\r\r\n\r\r\n"])
def test_separators_of_pages_and_paragraphs_separate(separator):
    assert pieces(f"talks went on{separator}until the morning") == ["talks went on", "until the morning"]


@pytest.mark.parametrize("newline", ["\u2028", "\x85", "\v"])
def test_a_line_separator_is_a_newline(newline):
    assert pieces(f"The envoys met.{newline}They dined.") == ["The envoys met.", "They dined."]


def test_a_byte_order_mark_counts_but_belongs_to_no_paragraph():
    assert paragraph_spans("\ufeffTitle here\n\nBody.") == [(1, 11), (13, 18)]


def test_offsets_point_at_the_stripped_text():
    text = "  \n\n   Indented by three.  \n\n\tBy a tab.\t\n"
    paragraphs = split_paragraphs(text)
    assert [text[p.start : p.end] for p in paragraphs] == ["Indented by three.", "By a tab."]
    assert [p.index for p in paragraphs] == [0, 1]


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\ufeff", "\u200b\n\u3000"])
def test_text_that_shows_nothing_has_no_paragraphs(text):
    assert split_paragraphs(text) == []


def test_a_paragraph_a_line_stays_so():
    lines = [f"Minister number {n} signed the accord in the old town hall, as had been planned." for n in range(6)]
    assert pieces("\n".join(lines)) == lines


def test_short_lines_stay_apart():
    text = "Talks end in Zenda\nBy Jane Doe\n4 March 2019\nThe talks have ended."
    assert pieces(text) == text.split("\n")


def test_wrapped_lines_are_joined():
    end = WRAPPED.index("in spring.") + len("in spring.")
    assert pieces(WRAPPED) == [WRAPPED[:end], WRAPPED[end:].strip()]


def test_wrapped_paragraphs_marked_by_indentation_only():
    joined = WRAPPED.replace("Work is to begin in spring.", "Work is to begin in the spring of next year,")
    text = joined.replace("The harbour", "    The harbour").replace("The yard", "    The yard")
    assert [piece[:10] for piece in pieces(text)] == ["The harbou", "The yard, "]


def test_a_line_broken_at_a_link_goes_on():
    text = "The fleet will visit\nthe port of Zenda\nin May.\n\nNothing else was said."
    assert pieces(text) == ["The fleet will visit\nthe port of Zenda\nin May.", "Nothing else was said."]


@pytest.mark.parametrize("mark", ["• ", "- ", "* ", "1. ", "(a) "])
def test_items_of_a_list_are_paragraphs(mark):
    text = f"They agreed on:\n{mark}two ferries;\n{mark}one tug."
    assert pieces(text) == ["They agreed on:", f"{mark}two ferries;", f"{mark}one tug."]


def test_an_item_goes_on_in_the_line_below():
    text = "• The two sides will repair the bridge that\n  crosses the border.\n• They will share the cost."
    assert pieces(text) == [
        "• The two sides will repair the bridge that\n  crosses the border.",
        "• They will share the cost.",
    ]


def test_one_long_line_stays_whole():
    text = "The envoy spoke for an hour. " * 100
    assert len(pieces(text)) == 1


def test_a_giant_line_is_cut_at_ends_of_sentences():
    sentence = "The envoy of Ruritania spoke for an hour about the price of salted fish."
    cut = pieces(" ".join([sentence] * 400))
    assert len(cut) > 1
    assert all(len(piece) <= LONGEST and piece.endswith("fish.") for piece in cut)


def test_a_giant_line_without_spaces_is_cut_all_the_same():
    cut = pieces("x" * (3 * LONGEST))
    assert max(map(len, cut)) <= LONGEST
    assert "".join(cut) == "x" * (3 * LONGEST)


@given(st.text(st.sampled_from(" \n\r\t\ufeff\u2028\u2029.,!?•-1aAbB\"”'(§"), max_size=400))
def test_paragraphs_are_ordered_and_hold_all_that_is_visible(text):
    spans = paragraph_spans(text)
    flat = [offset for span in spans for offset in span]
    assert flat == sorted(flat)
    assert all(start < end and text[start] not in SPACES and text[end - 1] not in SPACES for start, end in spans)
    covered = {offset for start, end in spans for offset in range(start, end)}
    assert all(char in SPACES for offset, char in enumerate(text) if offset not in covered)
