"""Where a local file is: as the user would write it, as the system opens it, and as it can be compared.

Names of files are bytes, records hold Unicode. A path that is not valid UTF-8 travels as its `file://` URI, which
says every byte and comes back to the same path.
"""
# pathlib normalises, resolves and loads more than is wanted here.
# ruff: noqa: PTH109, PTH118, PTH206

import dataclasses
import os
import re
import urllib.parse

from schemas.identity import canonical_uri

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_FILE_URL = "file://"


@dataclasses.dataclass(frozen=True)
class Place:
    """A local path.

    Attributes:
        shown: The path as given, or as found below a given one.
        path: The absolute path to open.
        real: The name in its folder's real path: equal for the same entry however it was reached. A link is not
        resolved.
    """

    shown: str
    path: str
    real: str

    def child(self, name: str) -> "Place":
        """Return an entry of this folder."""
        shown = urllib.parse.quote(os.fsencode(name)) if self.shown.startswith(_FILE_URL) else name
        return Place(os.path.join(self.shown, shown), os.path.join(self.path, name), os.path.join(self.real, name))

    def resolved(self) -> "Place":
        """Return the same place with links followed in what it is compared by."""
        return dataclasses.replace(self, real=os.path.realpath(self.path))

    @property
    def uri(self) -> str:
        """What to call it in records."""
        return self.shown if is_unicode(self.shown) else canonical_uri(self.path)

    @property
    def openable(self) -> str:
        """What to hand to `local_path` on a worker."""
        return self.path if is_unicode(self.path) else canonical_uri(self.path)


def place_of(argument: str) -> Place:
    """Return the place that an argument of the user means."""
    path = _absolute(local_path(argument))
    folder, name = os.path.split(path)
    return Place(argument, path, os.path.join(os.path.realpath(folder), name))


def scheme_of(argument: str) -> str | None:
    """Return the scheme of a URL that is not local, or None for a local path or `file://` URL."""
    match = _SCHEME.match(argument)
    return None if match is None or match[1].lower() == "file" else match[1].lower()


def local_path(path: str) -> str:
    """Return the path to open of a local path or a `file://` URL."""
    if not path.startswith(_FILE_URL):
        return path
    return os.fsdecode(urllib.parse.unquote_to_bytes(path.removeprefix(_FILE_URL).removeprefix("localhost")))


def is_unicode(text: str) -> bool:
    """Whether a text can be stored: the names of files may hold bytes that are not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _absolute(path: str) -> str:
    """Return the absolute path; `x/../y` is y beside x only where x is no link, so there the system is asked."""
    joined = os.path.join(os.getcwd(), path)
    if os.pardir not in joined.split(os.sep):
        return os.path.abspath(joined)
    folder, name = os.path.split(joined.rstrip(os.sep))
    return os.path.realpath(joined) if name in (os.curdir, os.pardir) else os.path.join(os.path.realpath(folder), name)
