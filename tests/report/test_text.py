import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.data import packed, script_json
from pipeline.report.text import Span, pieces, visible, visible_json, web_link


def test_pieces_are_the_text_cut_where_roles_change() -> None:
    cut = pieces("France sold jets.", [Span(0, 6, "supplier"), Span(7, 11, "trigger")])
    assert [(piece.text, piece.roles) for piece in cut] == [
        ("France", ("supplier",)),
        (" ", ()),
        ("sold", ("trigger",)),
        (" jets.", ()),
    ]


def test_a_span_inside_another_comes_first_and_both_are_labelled_where_they_end() -> None:
    cut = pieces("Italian frigates", [Span(0, 16, "item"), Span(0, 7, "supplier")])
    assert [(piece.text, piece.roles, piece.closing) for piece in cut] == [
        ("Italian", ("supplier", "item"), ("supplier",)),
        (" frigates", ("item",), ("item",)),
    ]


def test_offsets_are_those_of_the_document_and_what_lies_outside_is_left_out() -> None:
    cut = pieces("sold jets", [Span(100, 104, "trigger"), Span(3, 9, "party")], offset=100)
    assert [(piece.text, piece.roles) for piece in cut] == [("sold", ("trigger",)), (" jets", ())]


def test_offsets_count_code_points() -> None:
    assert pieces("🚢🚢 ships", [Span(3, 8, "item")])[1].text == "ships"


@given(st.text(), st.lists(st.tuples(st.integers(-5, 30), st.integers(-5, 30), st.sampled_from("abc"))))
def test_pieces_together_are_always_the_text(text: str, spans: list[tuple[int, int, str]]) -> None:
    assert "".join(piece.text for piece in pieces(text, [Span(*span) for span in spans])) == text


def test_misleading_characters_are_shown_as_their_codes() -> None:
    assert visible("a\u202eb\x07\u2066c\x9b\U000e0041") == "a‹U+202E›b‹U+0007›‹U+2066›c‹U+009B›‹U+E0041›"


def test_letters_of_all_scripts_joiners_and_line_breaks_stay() -> None:
    said = "العربية עברית 日本語 é 👩\u200d🚀\n\t"
    assert visible(said) == said


@given(st.text())
def test_visible_json_is_the_json_of_visible_text(text: str) -> None:
    rendered = json.dumps([text, {"key": text}], ensure_ascii=False)
    assert json.loads(visible_json(rendered)) == [visible(text), {"key": visible(text)}]


@given(st.text())
def test_json_in_a_script_element_cannot_end_it_and_holds_the_text(text: str) -> None:
    rendered = script_json([text, "</script><!--"])
    assert not set(rendered) & set("<>&\u2028\u2029")
    assert json.loads(rendered)[0] == visible(text)


def test_packing_gives_the_same_text_each_time() -> None:
    assert packed({"a": ["é", 1.5]}) == packed({"a": ["é", 1.5]})


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c#d", "http://example.org", "HTTPS://EXAMPLE.ORG/", "https://пример.рф/a"]
)
def test_web_addresses_become_links(address: str) -> None:
    assert web_link(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "vbscript:x",
        "//example.org",
        "https:///path",
        "https://example.org/\u202egpj",
        "https://exa mple.org",
        "https://[bad",
        "news/a.txt",
        "",
    ],
)
def test_nothing_else_becomes_a_link(address: str) -> None:
    assert web_link(address) is None


def test_the_first_web_address_is_taken() -> None:
    assert web_link(None, "news/a.txt", "https://example.org/a") == "https://example.org/a"
