"""The walk accounts for every file and link."""

import os
import pathlib
import socket
import subprocess
from collections.abc import Callable, Iterator

import pytest

from schemas.codes import DEAD_LETTER_REASONS
from schemas.records import DeadLetter, Source
from tests.transforms.read.conftest import found, write
from transforms.read import ReadLimits, has_any_input, list_inputs, read_document, read_metadata, why_no_input

DEPTH = 1200


def test_a_file_is_one_input_under_its_name_as_given(folder: pathlib.Path) -> None:
    write(folder / "a.txt")
    assert found("a.txt") == [("a.txt", "input")]
    assert found("./a.txt") == [("./a.txt", "input")]
    assert found(str(folder / "a.txt")) == [(str(folder / "a.txt"), "input")]


def test_the_path_to_open_is_absolute_so_that_workers_elsewhere_find_it(folder: pathlib.Path) -> None:
    write(folder / "a.txt")
    (source,) = list_inputs(["a.txt"])
    assert isinstance(source, Source)
    assert source.path == str(folder / "a.txt")


def test_a_folder_is_read_with_all_below_it_sorted(folder: pathlib.Path) -> None:
    for name in ("b.txt", "a.txt", "z/1.txt", "c/2/x.txt", "c/1.txt"):
        write(folder / "in" / name)
    assert [uri for uri, _ in found("in")] == ["in/a.txt", "in/b.txt", "in/c/1.txt", "in/c/2/x.txt", "in/z/1.txt"]


def test_hidden_files_are_inputs(folder: pathlib.Path) -> None:
    write(folder / "in/.hidden")
    write(folder / "in/.folder/a.txt")
    assert found("in") == [("in/.hidden", "input"), ("in/.folder/a.txt", "input")]


@pytest.fixture
def deep_folder(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """A folder so deep that Python's own `rmtree` gives up on it, pytest's cleaning included."""
    here = os.open(".", os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    yield folder
    subprocess.run(["rm", "-rf", "d"], check=True)


def test_a_folder_deeper_than_the_recursion_limit_is_walked(deep_folder: pathlib.Path) -> None:
    assert found(".") == [("./" + "d/" * DEPTH + "a.txt", "input")]


@pytest.mark.parametrize(
    "name", ["two\nlines.txt", 'it\'s "so".txt', "a[1].txt", "what?*.txt", "ü–文.txt", " ", "%41.txt"]
)
def test_odd_names_are_read_like_others(folder: pathlib.Path, name: str) -> None:
    write(folder / "in" / name, "A deal.")
    for argument in ("in", f"in/{name}"):
        (source,) = list_inputs([argument])
        assert isinstance(source, Source)
        assert source.uri == f"in/{name}"
        document = read_document(source, ReadLimits())
        assert not isinstance(document, DeadLetter)
        assert document.text == "A deal."


@pytest.mark.parametrize("argument", [b"in", b"in/\xff\xfe.txt", b"in/\xff*"])
def test_a_name_that_is_not_unicode_has_a_uri_that_is_and_opens(folder: pathlib.Path, argument: bytes) -> None:
    os.mkdir("in")
    pathlib.Path(os.fsdecode(b"in/\xff\xfe.txt")).write_text("A deal.")
    (source,) = list_inputs([os.fsdecode(argument)])
    assert isinstance(source, Source)
    assert source.uri == f"file://{folder}/in/%FF%FE.txt"
    source.path.encode("utf-8")
    document = read_document(source, ReadLimits())
    assert not isinstance(document, DeadLetter)
    assert document.text == "A deal."


def test_a_file_url_is_the_file_under_the_same_identity(folder: pathlib.Path) -> None:
    write(folder / "a b.txt")
    url = f"file://{folder}/a%20b.txt"
    (by_url,), (by_path,) = list(list_inputs([url])), list(list_inputs(["a b.txt"]))
    assert isinstance(by_url, Source)
    assert isinstance(by_path, Source)
    assert by_url.uri == url
    one, other = read_document(by_url, ReadLimits()), read_document(by_path, ReadLimits())
    assert not isinstance(one, DeadLetter)
    assert not isinstance(other, DeadLetter)
    assert one.doc_id == other.doc_id


def test_files_of_a_folder_given_by_url_have_urls(folder: pathlib.Path) -> None:
    write(folder / "in/a b.txt")
    assert found(f"file://{folder}/in") == [(f"file://{folder}/in/a%20b.txt", "input")]


def test_a_file_named_more_than_once_is_one_input(folder: pathlib.Path) -> None:
    write(folder / "in/a.txt")
    assert found("in/a.txt", "./in/a.txt", f"{folder}/in/a.txt", "in", "in/", "in/*.txt", "in/../in/a.txt") == [
        ("in/a.txt", "input")
    ]
    assert found("in", "in/a.txt") == [("in/a.txt", "input")]


def test_a_folder_within_a_folder_that_is_named_too_is_read_once(folder: pathlib.Path) -> None:
    write(folder / "in/a.txt")
    write(folder / "in/b/c.txt")
    assert found("in/b", "in") == [("in/b/c.txt", "input"), ("in/a.txt", "input")]
    assert found("in/b", "in/b", "in") == found("in/b", "in")


def test_parent_of_a_link_is_where_the_system_says(folder: pathlib.Path) -> None:
    write(folder / "real/a.txt", "right")
    write(folder / "a.txt", "wrong")
    os.mkdir("real/below")
    os.symlink("real/below", "link")
    (source,) = list_inputs(["link/../a.txt"])
    assert isinstance(source, Source)
    assert source.path == str(folder / "real/a.txt")


def test_a_missing_path_is_missing(folder: pathlib.Path) -> None:
    assert found("nowhere.txt") == [("nowhere.txt", "missing")]
    write(folder / "a.txt")
    assert found("a.txt/b") == [("a.txt/b", "missing")]
    assert found("no\0where") == [("no\0where", "missing")]


def test_an_empty_name_is_not_the_current_folder(folder: pathlib.Path) -> None:
    write(folder / "a.txt")
    assert found("") == [("", "missing")]


def test_a_folder_without_files_is_one_dead_letter(folder: pathlib.Path) -> None:
    os.makedirs("in/a/b")
    assert found("in") == [("in", "empty_folder")]


def test_an_empty_folder_beside_files_is_nothing(folder: pathlib.Path) -> None:
    os.makedirs("in/empty")
    write(folder / "in/a.txt")
    assert found("in") == [("in/a.txt", "input")]


def test_a_dangling_link_is_one_dead_letter(folder: pathlib.Path) -> None:
    os.mkdir("in")
    os.symlink("nowhere", "in/link")
    (letter,) = list_inputs(["in"])
    assert isinstance(letter, DeadLetter)
    assert (letter.uri, letter.reason, letter.detail) == (
        "in/link",
        "dangling_link",
        "leads to nowhere, which does not exist",
    )
    assert found("in/link") == [("in/link", "dangling_link")]


def test_links_in_a_circle_are_a_loop(folder: pathlib.Path) -> None:
    os.mkdir("in")
    os.symlink("b", "in/a")
    os.symlink("a", "in/b")
    assert found("in") == [("in/a", "link_loop"), ("in/b", "link_loop")]


@pytest.mark.parametrize("target", [".", "..", "../in", "sub"])
def test_a_link_back_to_a_folder_is_one_loop(folder: pathlib.Path, target: str) -> None:
    write(folder / "in/a.txt")
    write(folder / "in/sub/b.txt")
    os.symlink(target if target == "sub" else f"../{target}" if target == ".." else target, "in/link")
    expected = "link_outside" if target == ".." else "link_loop"
    assert found("in") == [("in/a.txt", "input"), ("in/sub/b.txt", "input"), ("in/link", expected)]


def test_a_link_never_takes_a_folder_from_its_real_place(folder: pathlib.Path) -> None:
    write(folder / "in/z/real.txt")
    os.symlink("z", "in/a")
    assert found("in") == [("in/z/real.txt", "input"), ("in/a", "link_loop")]
    assert found("in/a", "in/z") == [("in/z/real.txt", "input"), ("in/a", "link_loop")]
    assert found("in/a/", "in") == [("in/z/real.txt", "input"), ("in/a/", "link_loop")]


def test_a_folder_reached_through_another_folders_link_is_read_where_it_lies(folder: pathlib.Path) -> None:
    write(folder / "real/sub/a.txt")
    os.symlink("real", "link")
    assert found("link/sub", "real/sub") == [("real/sub/a.txt", "input")]
    assert found("link/sub") == [("link/sub/a.txt", "input")]


def test_many_links_that_cross_cost_one_dead_letter_each(folder: pathlib.Path) -> None:
    names = [f"d{i:02}" for i in range(20)]
    for name in names:
        write(folder / "in" / name / "a.txt")
        for other in names:
            os.symlink(f"../{other}", f"in/{name}/to_{other}")
    verdicts = [verdict for _, verdict in found("in", follow_links=True)]
    assert verdicts.count("input") == 20
    assert verdicts.count("link_loop") == 400
    assert len(verdicts) == 420


def test_a_link_to_a_file_within_the_inputs_is_an_input_of_its_own(folder: pathlib.Path) -> None:
    write(folder / "in/a.txt")
    os.symlink("a.txt", "in/b.txt")
    assert found("in") == [("in/a.txt", "input"), ("in/b.txt", "input")]


def test_links_out_of_the_inputs_are_followed_only_on_demand(folder: pathlib.Path) -> None:
    write(folder / "out/a.txt")
    write(folder / "file.txt")
    os.mkdir("in")
    os.symlink("../out", "in/folder")
    os.symlink("../file.txt", "in/link.txt")
    assert found("in") == [("in/folder", "link_outside"), ("in/link.txt", "link_outside")]
    assert found("in", follow_links=True) == [("in/folder/a.txt", "input"), ("in/link.txt", "input")]


def test_a_link_to_another_of_the_inputs_leads_inside(folder: pathlib.Path) -> None:
    write(folder / "one/a.txt")
    write(folder / "two.txt")
    os.mkdir("in")
    os.symlink("../one", "in/folder")
    os.symlink("../two.txt", "in/file")
    assert found("in", "one", "two.txt")[2:] == [("in/file", "input"), ("in/folder", "link_loop")]


def test_a_followed_link_to_the_parent_does_not_read_the_inputs_again(folder: pathlib.Path) -> None:
    write(folder / "in/a.txt")
    os.symlink("..", "in/up")
    assert found("in", follow_links=True) == [("in/a.txt", "input"), ("in/up", "link_loop")]
    write(folder / "b.txt")
    assert found("in", follow_links=True) == [("in/a.txt", "input"), ("in/up/b.txt", "input")]


def test_a_link_that_is_named_is_followed(folder: pathlib.Path) -> None:
    write(folder / "out/a.txt")
    os.symlink("out", "folder")
    os.symlink("out/a.txt", "file")
    assert found("folder", "file") == [("folder/a.txt", "input"), ("file", "input")]


def test_a_link_that_is_named_and_found_is_one_input(folder: pathlib.Path) -> None:
    write(folder / "out.txt")
    os.mkdir("in")
    os.symlink("../out.txt", "in/link")
    assert found("in", "in/link") == [("in/link", "input")]


def test_a_link_to_an_empty_folder_is_accounted_for(folder: pathlib.Path) -> None:
    os.makedirs("out")
    write(folder / "in/a.txt")
    os.symlink("../out", "in/link")
    assert found("in", follow_links=True) == [("in/a.txt", "input"), ("in/link", "empty_folder")]


def test_pipes_sockets_and_devices_are_never_opened(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkdir("in")
    os.mkfifo("in/pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("in/socket")
        os.symlink("pipe", "in/to_pipe")
        monkeypatch.setattr(os, "open", None)
        letters = list(list_inputs(["in", "/dev/null"]))
    assert [(x.uri, x.detail) for x in letters if isinstance(x, DeadLetter) and x.reason == "not_a_file"] == [
        ("in/pipe", "a pipe"),
        ("in/socket", "a socket"),
        ("/dev/null", "a device"),
        ("in/to_pipe", "a pipe"),
    ]


def test_a_folder_that_cannot_be_listed_is_unreadable_and_the_rest_is_read(
    refused_folder: pathlib.Path, as_ordinary_user: Callable[[], None]
) -> None:
    write(refused_folder / "a/a.txt")
    write(refused_folder / "b/b.txt")
    (refused_folder / "a").chmod(0)
    as_ordinary_user()
    expected = [(f"{refused_folder}/a", "unreadable"), (f"{refused_folder}/b/b.txt", "input")]
    assert found(str(refused_folder)) == expected
    assert found(f"{refused_folder}/a", str(refused_folder)) == expected
    assert found(f"{refused_folder}/*/*.txt") == expected


def test_a_file_can_be_named_in_a_folder_that_cannot_be_listed(
    refused_folder: pathlib.Path, as_ordinary_user: Callable[[], None]
) -> None:
    write(refused_folder / "a/a.txt")
    (refused_folder / "a").chmod(0o711)
    as_ordinary_user()
    assert found(str(refused_folder), f"{refused_folder}/a/a.txt") == [
        (f"{refused_folder}/a", "unreadable"),
        (f"{refused_folder}/a/a.txt", "input"),
    ]


def test_the_metadata_file_is_no_input(folder: pathlib.Path) -> None:
    write(folder / "in/a.txt")
    write(folder / "in/meta.csv", "file\na.txt\n")
    metadata = read_metadata("in/meta.csv")
    os.symlink("meta.csv", "in/link")
    for arguments in (["in"], ["in/a.txt", "in/meta.csv"], ["in/*"]):
        assert found(*arguments, metadata=metadata) == [("in/a.txt", "input")]


def test_every_reason_is_in_the_vocabulary_and_every_detail_is_one_line(folder: pathlib.Path) -> None:
    os.mkdir("in")
    os.symlink("no\nwhere", "in/dangling")
    os.symlink(os.fsdecode(b"\xff"), "in/bytes")
    for letter in list_inputs(["in", "nothing", "*.none"]):
        assert isinstance(letter, DeadLetter)
        assert letter.reason in DEAD_LETTER_REASONS
        assert "\n" not in letter.detail
        letter.detail.encode("utf-8")


def test_something_to_run_is_found_without_listing_everything(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a.txt")
    monkeypatch.setattr(os, "scandir", None)
    assert has_any_input(["a.txt", "in"])


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "no input was named"),
        (["nowhere"], "'nowhere': the path does not exist, or vanished before it was read"),
        (["empty"], "'empty': a folder or pattern without any file"),
        (["empty", "nowhere"], "'empty': a folder or pattern without any file (and 1 more that cannot be read)"),
        (["meta.csv"], "no input but the metadata file was named"),
        (["empty", "a.txt"], None),
    ],
)
def test_one_line_says_why_there_is_nothing_to_run_on(
    folder: pathlib.Path, arguments: list[str], line: str | None
) -> None:
    os.mkdir("empty")
    write(folder / "a.txt")
    metadata = read_metadata(write(folder / "meta.csv", "file\na.txt\n"))
    assert why_no_input(arguments, metadata=metadata) == line
    assert has_any_input(arguments, metadata=metadata) == (line is None)
