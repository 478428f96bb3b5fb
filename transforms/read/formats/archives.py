"""zip and tar: members under their names. Nothing is unpacked to disk, links lead nowhere, names stay inside."""

import re
import stat
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from transforms.read.formats.interface import Format, magic
from transforms.read.found import PASSED, File, Found, Member, Refusal, Refused
from transforms.read.limits import ReadOptions
from transforms.read.streams import Budget, ExpandsTooMuch, Stream, metered, pulled

_OFFICE: Final = b"[Content_Types].xml"
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis"
_ENCRYPTED: Final = 1
_TAR_MAGIC: Final = slice(257, 262)
_LEADS_OUT: Final = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")


def leads_out(name: str) -> bool:
    """Tell whether a member's name would lie outside of the folder that an archive is unpacked in."""
    return _LEADS_OUT.search(name) is not None


class _Keys:
    """Makes keys of names, of which an archive may hold one twice."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def key(self, name: str) -> str:
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name} ({self._seen[name]})"


def _read_zip(file: File, options: ReadOptions) -> Iterator[Found]:
    head = file.stream.peek()
    if _OFFICE in head[:4096] or _OPEN_DOCUMENT in head[:200]:
        raise Refused("binary", "an office document other than DOCX")
    keys = _Keys()
    with zipfile.ZipFile(file.stream.seekable()) as archive:
        for info in archive.infolist():
            yield PASSED if info.is_dir() else _zip_member(archive, info, keys.key(info.filename), file.stream.budget)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, key: str, budget: Budget) -> Found:
    if leads_out(info.filename):
        return Refusal(key, "unsafe_member", "its name leads out of the archive", info.file_size)
    if stat.S_ISLNK(info.external_attr >> 16):
        return Refusal(key, "unsafe_member", "a link", info.file_size)
    if info.flag_bits & _ENCRYPTED:
        return Refusal(key, "encrypted", "protected by a password", info.file_size)
    try:
        budget.check(info.file_size, info.compress_size)
        raw = archive.open(info)
    except ExpandsTooMuch as error:
        return Refusal(key, "expands_too_much", str(error), info.compress_size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        return Refusal(key, "malformed", str(error), info.compress_size)
    stream = Stream(metered(raw, budget, lambda: max(1, info.compress_size)), budget=budget, size=info.file_size)
    return Member(key, File(info.filename.rsplit("/", 1)[-1], stream), packed=True)


class _Header(tarfile.TarInfo):
    """A member's header; a damaged one is an error, where the library would take it for the archive's end."""

    @classmethod
    def fromtarfile(cls, tarfile: Any) -> "_Header":
        try:
            return super().fromtarfile(tarfile)
        except (EOFHeader, EmptyHeader):
            raise
        except TruncatedHeader as error:
            raise Refused("truncated", "ends inside a member's header") from error
        except tarfile_errors as error:
            raise Refused("malformed", f"a member's header is damaged: {error}") from error


_errors: Any = tarfile
EOFHeader, EmptyHeader, TruncatedHeader = (
    _errors.EOFHeaderError,
    _errors.EmptyHeaderError,
    _errors.TruncatedHeaderError,
)
tarfile_errors = (_errors.HeaderError, ValueError, UnicodeError)


def _read_tar(file: File, options: ReadOptions) -> Iterator[Found]:
    keys = _Keys()
    raw: Any = pulled(file.stream.open().read)
    with tarfile.open(fileobj=raw, mode="r|", tarinfo=_Header) as archive:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # else all headers stay in memory
            yield PASSED if info.isdir() else _tar_member(archive, info, keys.key(info.name), file.stream.budget)


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, key: str, budget: Budget) -> Found:
    if leads_out(info.name):
        return Refusal(key, "unsafe_member", "its name leads out of the archive", info.size)
    if info.issym() or info.islnk():
        return Refusal(key, "unsafe_member", f"a link to {info.linkname}", 0)
    if not info.isreg() or info.issparse():
        return Refusal(key, "unsafe_member", "a device, a pipe or a file with holes", info.size)
    raw = archive.extractfile(info)
    assert raw is not None, "it is a regular file"
    stream = Stream(pulled(raw.read), budget=budget, size=info.size)
    return Member(key, File(info.name.rsplit("/", 1)[-1], stream), packed=True)


def _fits_tar(head: bytes, name: str) -> bool:
    return head[_TAR_MAGIC] == b"ustar" if head else name.endswith(".tar")


ZIP = Format("zip", magic(b"PK\x03\x04", b"PK\x05\x06", suffixes=(".zip",)), _read_zip, container=True)
TAR = Format("tar", _fits_tar, _read_tar, container=True)
