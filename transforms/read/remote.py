"""Lists and opens what lies behind URLs such as `gs://` and `s3://`, through Beam's filesystems.

Beam is imported on first use, so that the walk over local files needs none of it. Beam matches patterns only; literal
names are escaped, so that `[`, `*` and `?` in them stay what they are. Outside a pipeline (the check before a run)
Beam knows its options, such as where S3 is, only after `FileSystems.set_options(options)`.
"""

import glob
import importlib.util
from collections.abc import Iterator
from typing import IO, Any

from schemas.records import DeadLetter, Source
from transforms.read.places import scheme_of
from transforms.read.rejects import reject

_EXTRAS = {
    "gs": ("gcp", "google.cloud.storage"),
    "s3": ("aws", "boto3"),
    "azfs": ("azure", "azure.storage.blob"),
    "hdfs": ("hadoop", "hdfs"),
}
"""Schemes that Beam reads with an extra: its name, and a module that it brings."""
_Object = tuple[str, int | None, int | None]
"""An object: its URL, its size in bytes, and when it was last changed, in nanoseconds since 1970."""
_MISSING_CODES = (404, "404", "NoSuchBucket", "NoSuchKey")


def check_scheme(url: str) -> None:
    """Check that Beam can read a URL.

    Raises:
        ValueError: If no filesystem is known for its scheme, or the extra that brings it is not installed.
    """
    scheme = scheme_of(url) or "file"
    if scheme in _EXTRAS and not _is_installed(_EXTRAS[scheme][1]):
        extra = _EXTRAS[scheme][0]
        raise ValueError(f"{url}: {scheme}:// needs an extra; install it with: pip install 'apache-beam[{extra}]'")
    try:
        _filesystems().get_filesystem(url)
    except ValueError as error:
        raise ValueError(f"{url}: {scheme}:// cannot be read; use a local path, or a URL of gs:// or s3://") from error


def list_url(url: str, *, limit: int | None = None) -> Iterator[Source | DeadLetter]:
    """Yield the inputs behind a URL: the object itself, all objects below it, or all that match it as a pattern.

    Args:
        url: What the user named.
        limit: Stop looking after about so many objects.
    """
    try:
        urls = _objects(url, limit)
    except Exception as error:  # noqa: BLE001  (clients' own errors; they cost one argument, not the run)
        yield reject(url, _reason(error), _message(error))
        return
    if not urls:
        is_folder = url.endswith("/")
        yield reject(url, "empty_folder" if is_folder else "missing", "nothing is there or matches this pattern")
    for found, size, modified in urls:
        yield Source(uri=found, path=found, size=size, modified=modified)


def open_url(url: str) -> IO[bytes]:
    """Return an open stream of an object's bytes as they are stored."""
    from apache_beam.io.filesystem import CompressionTypes  # noqa: PLC0415

    stream: IO[bytes] = _filesystems().open(url, compression_type=CompressionTypes.UNCOMPRESSED)
    return stream


def reject_url(url: str, error: Exception) -> DeadLetter:
    """Return the dead letter of an object that could not be read."""
    return reject(url, _reason(error), _message(error))


def _objects(url: str, limit: int | None) -> list[_Object]:
    if not url.endswith("/") and _names_an_object(url) and _filesystems().exists(url):
        return [found for found in _match(glob.escape(url), None) if found[0] == url] or [(url, None, None)]
    below = _match(glob.escape(url.rstrip("/")) + "/**", limit)
    return below or (_match(url, limit) if glob.has_magic(url) else [])


def _names_an_object(url: str) -> bool:
    return "/" in url.partition("://")[2]


def _match(pattern: str, limit: int | None) -> list[_Object]:
    (result,) = _filesystems().match([pattern], [limit])
    found = sorted(_described(entry) for entry in result.metadata_list if not entry.path.endswith("/"))
    if not found and limit is not None and len(result.metadata_list) == limit:
        return _match(pattern, None)
    return found


def _described(entry: Any) -> _Object:
    seconds = entry.last_updated_in_seconds  # 0 where the filesystem does not tell
    return entry.path, entry.size_in_bytes, round(seconds * 1e9) if seconds else None


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _filesystems() -> Any:
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415

    return FileSystems


def _reason(error: Exception) -> str:
    cause = _cause(error)
    gone = isinstance(cause, FileNotFoundError) or getattr(cause, "code", None) in _MISSING_CODES
    return "missing" if gone else "unreadable"


def _message(error: Exception) -> str:
    cause = _cause(error)
    return f"{type(cause).__name__}: {cause}"


def _cause(error: Any) -> Any:
    """Return what Beam wrapped, level by level, in a `BeamIOError`."""
    details = getattr(error, "exception_details", None)
    return _cause(next(iter(details.values()))) if details else error
