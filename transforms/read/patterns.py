"""Expands patterns of local paths, entry by entry, so that what a pattern names is accounted for like all else.

The standard library's `glob` follows links under `**`, which never ends well where links cross, and drops folders that
cannot be listed. Here, as in shells, `*` and `?` stay within a name and do not stand for a leading dot, and `**`
stands for any number of folders; links are matched, but not followed in the middle of a pattern.
"""
# pathlib normalises, resolves and loads more than is wanted here.
# ruff: noqa: PTH112

import fnmatch
import os
import re
from collections.abc import Callable, Iterator, Sequence

from transforms.read.places import Place, local_path, place_of

_MAGIC = re.compile(r"[*?[]")
_ANY_FOLDERS = "**"


def is_pattern(argument: str) -> bool:
    """Whether an argument may be meant as a pattern."""
    return _MAGIC.search(argument) is not None


def base_of(pattern: str) -> Place:
    """Return the folder that a pattern starts from: its parts before the first with `*`, `?` or `[`."""
    fixed, _ = _split(local_path(pattern))
    base = place_of(fixed or os.curdir).resolved()
    return Place(fixed, base.path, base.real)


def expand(pattern: str) -> Iterator[Place]:
    """Yield the entries that match a pattern, sorted; a folder on the way that cannot be listed is yielded itself."""
    path = local_path(pattern)
    _, parts = _split(path)
    for place in _expand(base_of(pattern), parts):
        if not path.endswith("/") or os.path.isdir(place.path):
            yield place


def _split(path: str) -> tuple[str, list[str]]:
    """Return what stands before the first part that is a pattern, and the parts from there on."""
    start = path.rfind("/", 0, _first_magic(path)) + 1
    return path[:start], [part for part in path[start:].split("/") if part]


def _first_magic(path: str) -> int:
    match = _MAGIC.search(path)
    return match.start() if match else len(path)


def _expand(place: Place, parts: Sequence[str]) -> Iterator[Place]:
    if not parts:
        yield place
    elif parts[0] == _ANY_FOLDERS:
        yield from _expand_any_folders(place, parts[1:])
    elif is_pattern(parts[0]):
        yield from _expand_names(place, parts)
    else:
        child = place.child(parts[0])
        if os.path.lexists(child.path):
            yield from _expand(child.resolved() if parts[1:] else child, parts[1:])


def _expand_names(place: Place, parts: Sequence[str]) -> Iterator[Place]:
    matches = _matcher(parts[0])
    try:
        entries = _entries(place)
    except OSError:
        yield place
        return
    for entry in entries:
        if matches(entry.name) and (not parts[1:] or entry.is_dir(follow_symlinks=False)):
            yield from _expand(place.child(entry.name), parts[1:])


def _expand_any_folders(place: Place, parts: Sequence[str]) -> Iterator[Place]:
    if not parts:
        yield place
        return
    folders = [place]
    while folders:
        folder = folders.pop()
        yield from _expand(folder, parts)
        folders.extend(reversed(_folders(folder)))


def _folders(place: Place) -> list[Place]:
    try:
        entries = _entries(place)
    except OSError:
        return []  # `_expand_names` has met the same error and yielded the folder
    return [place.child(e.name) for e in entries if e.is_dir(follow_symlinks=False) and not e.name.startswith(".")]


def _entries(place: Place) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(place.path) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _matcher(part: str) -> Callable[[str], bool]:
    expression = re.compile(fnmatch.translate(part))
    dotted = part.startswith(".")
    return lambda name: (dotted or not name.startswith(".")) and expression.match(name) is not None
