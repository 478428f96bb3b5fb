"""Patterns are expanded as shells do, and nothing that they name is lost."""

import os
import pathlib

import pytest

from tests.transforms.read.conftest import found, write


@pytest.fixture
def tree(folder: pathlib.Path) -> pathlib.Path:
    for name in ("a.txt", "b.md", ".hidden.txt", "sub/c.txt", "sub/deep/d.txt", "sub/.dot/e.txt", "x[1].txt"):
        write(folder / "in" / name)
    return folder


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("in/*.txt", ["a.txt", "x[1].txt"]),
        ("in/?.*", ["a.txt", "b.md"]),
        ("in/[ab].*", ["a.txt", "b.md"]),
        ("in/.*.txt", [".hidden.txt"]),
        ("in/*/*.txt", ["sub/c.txt"]),
        ("in/**/*.txt", ["a.txt", "x[1].txt", "sub/c.txt", "sub/deep/d.txt"]),
        ("in/s*", ["sub/c.txt", "sub/.dot/e.txt", "sub/deep/d.txt"]),
        ("in/sub/**", ["sub/c.txt", "sub/.dot/e.txt", "sub/deep/d.txt"]),
        ("in/*/deep/d.txt", ["sub/deep/d.txt"]),
        ("in/*/", ["sub/c.txt", "sub/.dot/e.txt", "sub/deep/d.txt"]),
        ("in/x[[]1].txt", ["x[1].txt"]),
    ],
)
def test_a_pattern_names_files_and_folders(tree: pathlib.Path, pattern: str, names: list[str]) -> None:
    assert found(pattern) == [(f"in/{name}", "input") for name in names]


def test_an_absolute_pattern_gives_absolute_paths(tree: pathlib.Path) -> None:
    assert found(f"{tree}/in/a*") == [(f"{tree}/in/a.txt", "input")]


def test_a_pattern_in_the_current_folder_gives_bare_names(tree: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "in")
    assert found("*.md") == [("b.md", "input")]


def test_a_pattern_as_a_file_url_is_expanded(tree: pathlib.Path) -> None:
    assert found(f"file://{tree}/in/*.md") == [(f"{tree}/in/b.md", "input")]


def test_what_exists_is_taken_literally_before_it_is_tried_as_a_pattern(tree: pathlib.Path) -> None:
    write(tree / "in/x1.txt")
    assert found("in/x[1].txt") == [("in/x[1].txt", "input")]
    assert found("in/x[1].tx?") == [("in/x1.txt", "input")]


def test_a_pattern_without_match_is_missing(tree: pathlib.Path) -> None:
    assert found("in/*.pdf", "nowhere/*.txt", "in/a.txt/*") == [
        ("in/*.pdf", "missing"),
        ("nowhere/*.txt", "missing"),
        ("in/a.txt/*", "missing"),
    ]


def test_links_that_a_pattern_matches_are_accounted_for(tree: pathlib.Path) -> None:
    write(tree / "out.txt")
    os.symlink("nowhere", "in/l1.txt")
    os.symlink("../out.txt", "in/l2.txt")
    os.symlink("b.md", "in/l3.txt")
    os.symlink(".", "in/l4")
    assert found("in/l*") == [
        ("in/l1.txt", "dangling_link"),
        ("in/l2.txt", "link_outside"),
        ("in/l3.txt", "input"),
        ("in/l4/.hidden.txt", "input"),
        ("in/l4/a.txt", "input"),
        ("in/l4/b.md", "input"),
        ("in/l4/x[1].txt", "input"),
        ("in/l4/sub/c.txt", "input"),
        ("in/l4/sub/.dot/e.txt", "input"),
        ("in/l4/sub/deep/d.txt", "input"),
    ]


def test_any_folders_do_not_multiply_where_links_cross(folder: pathlib.Path) -> None:
    names = [f"d{i}" for i in range(8)]
    for name in names:
        write(folder / "in" / name / "a.txt")
        for other in names:
            os.symlink(f"../{other}", f"in/{name}/to_{other}")
    assert found("in/**/a.txt") == [(f"in/{name}/a.txt", "input") for name in names]


def test_a_pattern_through_a_named_link_is_followed(folder: pathlib.Path) -> None:
    write(folder / "real/a.txt")
    os.symlink("real", "link")
    assert found("link/*.txt") == [("link/a.txt", "input")]
    assert found("link/*.txt", "real") == [("link/a.txt", "input")]


def test_a_pipe_that_a_pattern_matches_is_not_opened(folder: pathlib.Path) -> None:
    os.mkfifo("pipe")
    assert found("p*", "pipe") == [("pipe", "not_a_file")]
