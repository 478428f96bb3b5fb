"""Plain text: the document is the file, letter by letter."""

from collections.abc import Iterator

from transforms.read.decode import Rejected, decode
from transforms.read.formats.interface import Format, read_whole
from transforms.read.found import Article, File, Found, Refused
from transforms.read.limits import ReadOptions


def _fits(head: bytes, name: str) -> bool:
    return True


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    data = read_whole(file, options.limits)
    yield Article(*text_of(data), size=len(data))


def text_of(data: bytes) -> tuple[str, str]:
    """Return the text and the encoding of bytes that should be text.

    Raises:
        Refused: If they are none.
    """
    decoded = decode(data)
    if isinstance(decoded, Rejected):
        raise Refused(decoded.reason, decoded.detail)
    return decoded.text, decoded.encoding


FORMAT = Format("text", _fits, _read, is_plain=True)
