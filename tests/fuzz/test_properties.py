"""Properties that hold for any text: of splitting, of money and dates, and of readers."""

import datetime
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes import PARAGRAPH_KINDS
from schemas.records import DeadLetter, Document, Paragraph
from tests.fuzz.fuzz_readers import check
from tests.transforms.read.formats.reading import read
from transforms.extract.dates import find_dates
from transforms.extract.money import find_money
from transforms.read.blocks import assemble
from transforms.read.days import read_day
from transforms.split.dates import find_date
from transforms.split.paragraphs import refine_paragraphs, split_paragraphs
from transforms.split.sentences import split_sentences
from transforms.split.spans import SPACES

WORDS = st.text(alphabet="abcA .,;:!?\n\r\t\u2028\u00a0$€0123456789-–'\"()", max_size=400)
TEXTS = st.one_of(st.text(max_size=300), WORDS)
KINDS = st.sampled_from(PARAGRAPH_KINDS)


@given(TEXTS)
def test_paragraphs_hold_all_that_is_not_space_in_order(text: str) -> None:
    paragraphs = split_paragraphs(text)
    held = "".join(text[p.start : p.end] for p in paragraphs)
    assert [c for c in held if c not in SPACES] == [c for c in text if c not in SPACES]
    ends = [0, *(p.end for p in paragraphs)]
    assert all(end <= p.start < p.end for end, p in zip(ends, paragraphs, strict=False))


@given(TEXTS)
def test_sentences_lie_within_their_paragraph_in_order(text: str) -> None:
    for paragraph in split_paragraphs(text):
        end = paragraph.start
        for sentence in split_sentences(text, paragraph.start, paragraph.end):
            assert end <= sentence[0] < sentence[1] <= paragraph.end
            end = sentence[1]


@given(st.lists(st.tuples(KINDS, st.text(max_size=80)), max_size=12))
def test_paragraphs_of_a_format_stay_where_they_are(blocks: list[tuple[str, str]]) -> None:
    text, paragraphs = assemble(blocks)
    refined = refine_paragraphs(text, paragraphs)
    assert [(p.index, p.start, p.end) for p in refined] == [(p.index, p.start, p.end) for p in paragraphs]
    for before, after in zip(paragraphs, refined, strict=True):
        assert before.kind in {after.kind, "body"}


def test_long_paragraphs_of_a_format_are_cut() -> None:
    text = "A deal was signed on Monday. " * 1000
    refined = refine_paragraphs(text, [Paragraph(0, "body", 0, len(text))])
    assert len(refined) > 1
    assert max(p.end - p.start for p in refined) <= 6000


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_days_are_read_as_they_are_written(day: datetime.date) -> None:
    moment = datetime.datetime.combine(day, datetime.time(12), datetime.timezone.utc)
    for written in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.isoformat()}T23:59:59Z",
        f"{day:%a, %d %b %Y} 10:00:00 GMT",
    ):
        assert read_day(written) == day
    assert read_day(f"{day:%B} {day.day}, {day.year}") == day
    assert read_day(day) == day
    assert read_day(moment) == day
    if day.year > 1975:
        assert read_day(moment.timestamp()) == day
        assert read_day(str(int(moment.timestamp() * 1000))) == day


@given(st.one_of(TEXTS, st.integers(), st.floats(), st.none(), st.lists(st.integers())))
def test_no_value_makes_a_day_fail(value: object) -> None:
    day = read_day(value)
    assert day is None or 1600 <= day.year < 2200


SUMS = st.from_regex(
    r"(about |over )?[$€£] ?[0-9]{1,4}([.,][0-9]{1,3}){0,2}( (million|billion))?( to 9 million)?", fullmatch=True
)


@settings(deadline=None)
@given(st.lists(st.one_of(SUMS, TEXTS), max_size=5).map(" and ".join))
def test_sums_of_money_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for money in find_money(text):
        assert end <= money.start < money.end <= len(text)
        assert any(map(str.isalnum, text[money.start : money.end]))
        assert money.amount >= 0
        end = money.end


@settings(deadline=None)
@given(TEXTS, st.one_of(st.none(), st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))))
def test_dates_lie_in_the_text_in_order(text: str, published: datetime.date | None) -> None:
    end = 0
    for date in find_dates(text, published):
        assert end <= date.start < date.end <= len(text)
        assert date.earliest is None or date.latest is None or date.earliest <= date.latest
        end = date.end


@settings(deadline=None)
@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_a_written_date_means_its_day(day: datetime.date) -> None:
    (date,) = find_dates(f"It was signed on {day.day} {day:%B} {day.year}.", None)
    assert (date.edtf, date.earliest, date.latest) == (day.isoformat(), day, day)


@given(TEXTS)
def test_no_text_makes_a_date_fail(text: str) -> None:
    assert find_date(text) is None or isinstance(find_date(text), datetime.date)


@settings(deadline=None)
@given(
    st.sampled_from(("a.txt", "a.html", "a.jsonl", "a.csv", "a.md", "a.rss", "a.eml", "a.mbox", "a.gz", "a.pdf", "a")),
    st.one_of(st.binary(max_size=300), TEXTS.map(str.encode)),
)
def test_whatever_the_bytes_readers_give_documents_or_reasons(name: str, data: bytes) -> None:
    assert check(name, data)


@given(
    st.lists(st.dictionaries(st.text(max_size=8), st.one_of(TEXTS, st.integers(), st.none())), min_size=1, max_size=8)
)
def test_every_line_of_json_counts_once(records: list[dict[str, object]]) -> None:
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    found = read("a.jsonl", data)
    assert [item.uri for item in found] == [f"a.jsonl#{number}" for number in range(1, len(records) + 1)]


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.strip() and not text.lstrip().startswith("<")))
def test_the_text_of_a_record_is_the_fields_value(text: str) -> None:
    (found,) = read("a.jsonl", json.dumps({"text": text}).encode())
    if isinstance(found, Document):
        assert found.text == text
    else:
        assert isinstance(found, DeadLetter)
        assert not text.strip()
