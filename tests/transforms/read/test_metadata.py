"""What the user says of inputs reaches the right input or is refused."""

import datetime
import pathlib
from typing import Any

import pytest

from schemas.records import DeadLetter, Source
from tests.transforms.read.conftest import write
from transforms.read import ReadLimits, list_inputs, parse_date, read_document, read_metadata, unused_metadata

DAY = datetime.date(2018, 7, 21)


@pytest.fixture
def tree(folder: pathlib.Path) -> pathlib.Path:
    for name in ("x/a.txt", "y/a.txt", "b.txt", "é.txt"):
        write(folder / "in" / name)
    return folder


def described(metadata_csv: str, folder: pathlib.Path, **options: Any) -> dict[str, Source]:
    metadata = read_metadata(write(folder / "meta.csv", metadata_csv))
    items = list(list_inputs(["in"], metadata=metadata, **options))
    return {item.uri: item for item in items if isinstance(item, Source)}


def test_every_column_reaches_the_document(tree: pathlib.Path) -> None:
    csv = 'file,published,title,source,url,language\nb.txt,2018-07-21,"A, B",Reuters,https://x.org/b,en\n'
    source = described(csv, tree)["in/b.txt"]
    document = read_document(source, ReadLimits())
    assert not isinstance(document, DeadLetter)
    assert (document.published, document.published_origin) == (DAY, "metadata")
    assert (document.title, document.source, document.url) == ("A, B", "Reuters", "https://x.org/b")
    assert document.language == "en"


@pytest.mark.parametrize("file", ["b.txt", "in/b.txt", "./in/b.txt", "HERE/in/b.txt"])
def test_a_line_fits_by_the_end_of_the_path(tree: pathlib.Path, file: str) -> None:
    found = described(f"file,title\n{file.replace('HERE', str(tree))},T\n", tree)
    assert {uri for uri, source in found.items() if source.title} == {"in/b.txt"}


def test_the_line_that_says_more_of_the_path_wins(tree: pathlib.Path) -> None:
    found = described("file,title\na.txt,short\nx/a.txt,long\n", tree)
    assert (found["in/x/a.txt"].title, found["in/y/a.txt"].title) == ("long", "short")


def test_part_of_a_name_does_not_fit(tree: pathlib.Path) -> None:
    assert all(source.title is None for source in described("file,title\ntxt,T\n.txt,T\nn/b.txt,T\n", tree).values())


def test_the_option_is_the_date_of_all_that_the_metadata_give_none_for(tree: pathlib.Path) -> None:
    found = described("file,published,title\nb.txt,2011-06-17,\nx/a.txt,,T\n", tree, published=DAY)
    dates = {uri: (source.published, source.published_origin) for uri, source in found.items()}
    assert dates["in/b.txt"] == (datetime.date(2011, 6, 17), "metadata")
    assert dates["in/x/a.txt"] == dates["in/y/a.txt"] == (DAY, "option")


def test_without_option_and_metadata_there_is_no_date(tree: pathlib.Path) -> None:
    source = described("file,title\nb.txt,T\n", tree)["in/b.txt"]
    assert (source.published, source.published_origin) == (None, None)


def test_a_line_that_fits_two_inputs_is_refused(tree: pathlib.Path) -> None:
    with pytest.raises(
        ValueError, match=r"meta.csv, line 2: 'a.txt' fits both 'in/x/a.txt' and 'in/y/a.txt'; write more"
    ):
        described("file,title\na.txt,T\n", tree)


def test_lines_that_fit_no_input_are_told_before_the_run(tree: pathlib.Path) -> None:
    metadata = read_metadata(write(tree / "meta.csv", "file,title\nb.txt,T\nc.txt,T\n"))
    assert [(row.line, row.file) for row in unused_metadata(["in"], metadata)] == [(3, "c.txt")]


@pytest.mark.parametrize("name", ["é.txt", "e\u0301.txt"])
def test_accents_fit_in_either_unicode_form(tree: pathlib.Path, name: str) -> None:
    assert described(f"file,title\n{name},T\n", tree)["in/é.txt"].title == "T"


@pytest.mark.parametrize(
    "data",
    [
        "\ufefffile,title\nb.txt,Café\n".encode(),
        "file;title\r\nb.txt;Café\r\n".encode("cp1252"),
        "\ufefffile\ttitle\nb.txt\tCafé\n".encode("utf-16-le"),
        'File , TITLE\n\n"b.txt", Café \n,\n'.encode(),
    ],
)
def test_tables_as_spreadsheets_write_them_are_read(tree: pathlib.Path, data: bytes) -> None:
    (tree / "meta.csv").write_bytes(data)
    (row,) = read_metadata("meta.csv").rows.values()
    assert (row.file.strip(), row.title) == ("b.txt", "Café")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,title\na,b\n", "line 1: unknown column 'name'; the columns may be file, published"),
        ("title\na\n", "line 1: no column 'file'"),
        ("file,title,title\n", "line 1: column 'title' stands there twice"),
        ("file,published\na.txt,21/07/2018\n", "line 2: published: '21/07/2018' is not a date; write it as"),
        ("file,published\na.txt,2018-02-30\n", "line 2: published: '2018-02-30' is not a date"),
        ("file,title\n,T\n", "line 2: column 'file' is empty"),
        ("file,title\na.txt,T\n\n./a.txt,U\n", "line 4: './a.txt' stands in line 2 already; keep one"),
        ("file,title\na.txt,T,U\n", "line 2: 3 cells for 2 columns; put quotes"),
        ('file,title\na.txt,"T" U\n', "line 2: not valid CSV"),
        ("", "the metadata file cannot be read: no bytes"),
    ],
)
def test_what_is_unclear_is_refused_with_the_line_to_mend(folder: pathlib.Path, text: str, message: str) -> None:
    write(folder / "meta.csv", text)
    with pytest.raises(ValueError, match=r"meta\.csv") as error:
        read_metadata("meta.csv")
    assert message in str(error.value)


def test_a_missing_metadata_file_is_a_clear_error(folder: pathlib.Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.csv: the metadata file cannot be read: No such file"):
        read_metadata("nowhere.csv")


@pytest.mark.parametrize("text", ["20180721", "2018-W29", "2018-7-21", "yesterday", "", "2018-07-21T10:00"])
def test_dates_have_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="year-month-day"):
        parse_date(text)
    assert parse_date("2018-07-21") == DAY
