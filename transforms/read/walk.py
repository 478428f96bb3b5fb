"""Finds the inputs that the user's arguments mean, and accounts for every file and link on the way.

Beam's own matcher leaves out dangling links and loops of folders without a word and takes `[`, `*` and `?` in names for
patterns, so local paths are walked here: folder by folder, sorted, one folder's names in memory at a time. Real
folders are read before links are looked at, so that a file always appears where it really lies, and links that cross
each other cost one dead letter each.

Hidden files are inputs like others. The one file that is never an input is the metadata file that was given by option.
"""
# pathlib normalises, resolves and loads more than is wanted here.
# ruff: noqa: PTH114, PTH115, PTH116, PTH120

import collections
import dataclasses
import datetime
import itertools
import os
import stat
from collections.abc import Iterable, Iterator, Sequence

from schemas.codes import DEAD_LETTER_REASONS
from schemas.records import DeadLetter, Source
from transforms.read.metadata import Describer, Metadata, MetadataRow
from transforms.read.patterns import base_of, expand, is_pattern
from transforms.read.places import Place, local_path, place_of, scheme_of
from transforms.read.rejects import reject, reject_error
from transforms.read.remote import check_scheme, list_url

Found = Source | DeadLetter

_FOLDER, _FILE, _LINK, _OTHER = "folder", "file", "link", "other"
_FEW_REMOTE = 20


def list_inputs(
    arguments: Sequence[str],
    *,
    follow_links: bool = False,
    metadata: Metadata | None = None,
    published: datetime.date | None = None,
) -> Iterator[Found]:
    """Yield every input that the arguments mean, and a dead letter for all else that is named or found.

    An argument is a file, a folder (read with all folders below it), or a pattern; a URL such as `gs://` or `s3://`
    goes through Beam's filesystems. What exists is taken literally before it is tried as a pattern. A file that is
    named more than once, also as part of a folder, is one input. A link that an argument names is followed; one that
    is found is followed to what lies within the inputs.

    Args:
        arguments: What the user named.
        follow_links: Also follow links that are found and lead out of the inputs.
        metadata: What is known of single inputs.
        published: Date of publication of the inputs that the metadata give none for.

    Raises:
        ValueError: If a URL's scheme cannot be read, or a line of the metadata fits several inputs.
    """
    describer = Describer(metadata, published)
    for found in _find(arguments, metadata, follow_links=follow_links):
        yield describer.describe(stamped(found)) if isinstance(found, Source) else found


def stamped(source: Source) -> Source:
    """Return a local input with its present size and time of change; one that cannot be asked, without."""
    if source.modified is not None or scheme_of(source.path):
        return source
    try:
        status = os.stat(local_path(source.path))
    except OSError:
        return source
    return dataclasses.replace(source, size=status.st_size, modified=status.st_mtime_ns)


def has_any_input(arguments: Sequence[str], *, follow_links: bool = False, metadata: Metadata | None = None) -> bool:
    """Whether there is anything to run on; stops at the first input.

    Raises:
        ValueError: If a URL's scheme cannot be read.
    """
    return why_no_input(arguments, follow_links=follow_links, metadata=metadata) is None


def why_no_input(
    arguments: Sequence[str], *, follow_links: bool = False, metadata: Metadata | None = None
) -> str | None:
    """Return None if there is anything to run on (stops at the first input), else one line that says why not.

    Raises:
        ValueError: If a URL's scheme cannot be read.
    """
    letters: list[DeadLetter] = []
    for found in _find(arguments, metadata, follow_links=follow_links, limit=_FEW_REMOTE):
        if isinstance(found, Source):
            return None
        letters.append(found)
    if not letters:
        return "no input was named" if not arguments else "no input but the metadata file was named"
    first = f"{letters[0].uri!r}: {DEAD_LETTER_REASONS[letters[0].reason]}"
    return first if len(letters) == 1 else f"{first} (and {len(letters) - 1} more that cannot be read)"


def unused_metadata(arguments: Sequence[str], metadata: Metadata, *, follow_links: bool = False) -> list[MetadataRow]:
    """Return the lines of the metadata that fit no input; lists all inputs, to be asked before a graph is built.

    Raises:
        ValueError: If a line fits several inputs, or a URL's scheme cannot be read.
    """
    describer = Describer(metadata, None)
    for found in _find(arguments, metadata, follow_links=follow_links):
        if isinstance(found, Source):
            describer.describe(found)
    return describer.unused()


def _find(
    arguments: Sequence[str], metadata: Metadata | None, *, follow_links: bool, limit: int | None = None
) -> Iterator[Found]:
    remote = [argument for argument in arguments if scheme_of(argument)]
    for url in remote:
        check_scheme(url)
    walk = _Walk(follow_links=follow_links, leave_out=metadata.path if metadata else None)
    yield from walk.inputs([argument for argument in arguments if not scheme_of(argument)])
    yield from _unique(itertools.chain.from_iterable(list_url(url, limit=limit) for url in dict.fromkeys(remote)))


def _unique(items: Iterable[Found]) -> Iterator[Found]:
    seen: set[str] = set()
    for item in items:
        if item.uri not in seen:
            seen.add(item.uri)
            yield item


class _Walk:
    """One walk over all local arguments; remembers folders, not files, but for files that were named one by one."""

    def __init__(self, *, follow_links: bool, leave_out: str | None) -> None:
        self._follow_links = follow_links
        self._leave_out = os.path.realpath(leave_out) if leave_out else None
        self._folders: dict[str, bool] = {}
        """Real paths of the folders met, and whether they could be listed."""
        self._named: set[str] = set()
        self._areas: list[str] = []
        self._named_links: list[Place] = []
        self._found_links: collections.deque[Place] = collections.deque()
        self._met = 0
        self._met_again = 0

    def inputs(self, arguments: Sequence[str]) -> Iterator[Found]:
        unique: dict[str, str] = {}
        for argument in arguments:
            unique.setdefault(argument and place_of(argument).path, argument)
        for argument in unique.values():
            yield from self._argument(argument)
        for place in self._named_links:
            yield from self._link(place, allowed=True)
        while self._found_links:
            yield from self._link(self._found_links.popleft(), allowed=self._follow_links)

    def _argument(self, argument: str) -> Iterator[Found]:
        if not argument:
            yield reject(argument, "missing", "an empty name")
            return
        place = place_of(argument)
        try:
            mode = os.lstat(place.path).st_mode
        except (OSError, ValueError) as error:
            if is_pattern(local_path(argument)):
                yield from self._pattern(argument)
            else:
                yield reject_error(place.uri, error)
            return
        if stat.S_ISLNK(mode) or (stat.S_ISDIR(mode) and os.path.realpath(place.path) != place.path):
            self._named_links.append(place)
        else:
            yield from self._entry(place, mode)

    def _pattern(self, pattern: str) -> Iterator[Found]:
        self._areas.append(base_of(pattern).real)
        any_match = False
        for place in expand(pattern):
            any_match = True
            yield from self._match(place)
        if not any_match:
            yield reject(place_of(pattern).uri, "missing", "nothing matches this pattern")

    def _match(self, place: Place) -> Iterator[Found]:
        try:
            mode = os.lstat(place.path).st_mode
        except OSError as error:
            yield reject_error(place.uri, error)
            return
        yield from self._entry(place, mode)

    def _entry(self, place: Place, mode: int) -> Iterator[Found]:
        if stat.S_ISLNK(mode):
            self._found_links.append(place)
        elif stat.S_ISDIR(mode):
            yield from self._root(place)
        elif stat.S_ISREG(mode):
            yield from self._named_file(place)
        elif place.real not in self._named and not self._folders.get(os.path.dirname(place.real)):
            self._named.add(place.real)
            yield _special(place, mode)

    def _named_file(self, place: Place) -> Iterator[Found]:
        if place.real not in self._named and not self._folders.get(os.path.dirname(place.real)):
            yield from self._file(place)
            self._named.add(place.real)

    def _file(self, place: Place) -> Iterator[Found]:
        if place.real != self._leave_out and place.real not in self._named:
            yield Source(uri=place.uri, path=place.openable)

    def _root(self, folder: Place) -> Iterator[Found]:
        """Walk a folder that was named, matched or linked to, and say so where it holds nothing."""
        self._areas.append(folder.real)
        met, met_again = self._met, self._met_again
        yield from self._walk(folder)
        if self._met > met:
            return
        if self._met_again == met_again:
            yield reject(folder.uri, "empty_folder", "no file in it or in the folders below")
        elif os.path.islink(folder.path):
            yield reject(folder.uri, "link_loop", "all folders that it leads to have been read")

    def _walk(self, root: Place) -> Iterator[Found]:
        pending = [root]
        while pending:
            folder = pending.pop()
            if folder.real in self._folders:
                self._met_again += 1
                continue
            try:
                entries = _entries(folder.path)
            except OSError as error:
                yield self._unlistable(folder, error)
                continue
            self._folders[folder.real] = True
            for name, kind in entries:
                if kind != _FOLDER:
                    yield from self._found(folder.child(name), kind)
            pending.extend(folder.child(name) for name, kind in reversed(entries) if kind == _FOLDER)

    def _unlistable(self, folder: Place, error: OSError) -> DeadLetter:
        self._folders[folder.real] = False
        self._met += 1
        return reject_error(folder.uri, error)

    def _found(self, place: Place, kind: str) -> Iterator[Found]:
        if place.real == self._leave_out:
            return
        self._met += 1
        if kind == _LINK:
            self._found_links.append(place)
        elif kind == _FILE:
            yield from self._file(place)
        elif place.real not in self._named:
            yield from self._found_special(place)

    def _found_special(self, place: Place) -> Iterator[Found]:
        try:
            mode = os.lstat(place.path).st_mode
        except OSError as error:
            yield reject_error(place.uri, error)
            return
        yield Source(uri=place.uri, path=place.openable) if stat.S_ISREG(mode) else _special(place, mode)

    def _link(self, place: Place, *, allowed: bool) -> Iterator[Found]:
        if place.real in self._named:
            return
        self._named.add(place.real)
        try:
            mode = os.stat(place.path).st_mode
        except OSError as error:
            yield _broken_link(place, error)
            return
        real = os.path.realpath(place.path)
        if real == self._leave_out:
            return
        if stat.S_ISDIR(mode) and real in self._folders:
            yield from self._back_link(place, real)
        elif not (allowed or self._is_inside(real)):
            yield reject(place.uri, "link_outside", f"leads to {os.readlink(place.path)}")
        elif stat.S_ISDIR(mode):
            yield from self._root(place.resolved())
        elif stat.S_ISREG(mode):
            yield Source(uri=place.uri, path=place.openable)
        else:
            yield _special(place, mode)

    def _back_link(self, place: Place, real: str) -> Iterator[Found]:
        if not os.path.islink(place.path):
            return  # the same folder, named twice through another folder's link
        if self._folders[real]:
            yield reject(place.uri, "link_loop", f"leads to {os.readlink(place.path)}, which is read where it lies")
        else:
            yield reject(place.uri, "unreadable", f"leads to {os.readlink(place.path)}, which cannot be listed")

    def _is_inside(self, real: str) -> bool:
        return real in self._named or any(
            real == area or real.startswith(area.rstrip("/") + "/") for area in self._areas
        )


def _entries(folder: str) -> list[tuple[str, str]]:
    with os.scandir(folder) as entries:
        return sorted((entry.name, _kind(entry)) for entry in entries)


def _kind(entry: "os.DirEntry[str]") -> str:
    try:
        if entry.is_symlink():
            return _LINK
        if entry.is_dir(follow_symlinks=False):
            return _FOLDER
        return _FILE if entry.is_file(follow_symlinks=False) else _OTHER
    except OSError:
        return _OTHER


def _broken_link(place: Place, error: OSError) -> DeadLetter:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return reject(place.uri, "dangling_link", _target(place))
    return reject_error(place.uri, error)


def _target(place: Place) -> str:
    try:
        return f"leads to {os.readlink(place.path)}, which does not exist"
    except OSError:
        return "vanished before it was looked at"


def _special(place: Place, mode: int) -> DeadLetter:
    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"))
    return reject(place.uri, "not_a_file", next((name for check, name in kinds if check(mode)), "a device"))
