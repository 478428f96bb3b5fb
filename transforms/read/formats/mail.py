"""E-mail: a message is a document; what is attached to it are others, named by their file names.

An mbox file holds messages, numbered from 1, each of which begins with a line `From `.
"""

import email
import email.policy
import io
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from typing import Any, Final

from transforms.read.blocks import assemble
from transforms.read.days import read_day
from transforms.read.decode import Decoded, decode
from transforms.read.formats.html import read_fragment
from transforms.read.formats.interface import Format, read_whole
from transforms.read.found import Article, File, Found, Member, Refusal, Refused, Told
from transforms.read.limits import ReadOptions
from transforms.read.streams import Stream, read_line

_SUFFIXES: Final = (".eml", ".mht", ".emlx")
_HEADER: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*\r?\n")
_KNOWN: Final = frozenset(
    (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"received", b"return-path", b"content-type")
)
_CERTAIN: Final = frozenset((b"message-id", b"received", b"return-path", b"mime-version"))
_ENOUGH: Final = 3
_SIGNATURES: Final = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
)
_SEPARATOR: Final = re.compile(rb"From \S+.*\d{4}\s*$")
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def _fits(head: bytes, name: str) -> bool:
    if not head:
        return False
    headers, at = set(), 0
    while match := _HEADER.match(head, at):
        headers.add(match[1].lower())
        at = match.end()
    known = headers & _KNOWN
    return (name.endswith(_SUFFIXES) and bool(known)) or (len(known) >= _ENOUGH and bool(known & _CERTAIN))


def _fits_mbox(head: bytes, name: str) -> bool:
    line, _, rest = head.partition(b"\n")
    if not line.startswith(b"From "):
        return False
    return _HEADER.match(rest) is not None and (_SEPARATOR.match(line) is not None or name.endswith((".mbox", ".mbx")))


def _read_mbox(file: File, options: ReadOptions) -> Iterator[Found]:
    stream, most = file.stream.open(), options.limits.max_bytes
    number, size, lines = 0, 0, list[bytes]()
    blank = True
    while True:
        line, length = read_line(stream, most)
        if number and (not line or (blank and _SEPARATOR.match(line))):
            yield _message(number, lines, size, file, options)
        if not line:
            return
        if blank and _SEPARATOR.match(line):
            number, size, lines = number + 1, 0, []
        else:
            number = number or 1
            size += length
            if size <= most:
                lines.append(line)
        blank = not line.strip()


def _message(number: int, lines: list[bytes], size: int, file: File, options: ReadOptions) -> Found:
    key = str(number)
    if size > options.limits.max_bytes:
        return Refusal(key, "too_large", f"{size:,} bytes, the limit is {options.limits.max_bytes:,}", size)
    data = _QUOTED.sub(rb"\1", b"".join(lines))
    stream = Stream(io.BytesIO(data), budget=file.stream.budget, size=len(data))
    return Member(key, File("message.eml", stream), format="mail")


def _read(file: File, options: ReadOptions) -> Iterator[Found]:
    data = read_whole(file, options.limits)
    if not data.strip():
        raise Refused("empty", "nothing but white space")
    if b"\0" in data[:1000]:
        raise Refused("binary", "holds NUL bytes")
    message: Any = email.message_from_bytes(data, policy=email.policy.default)
    others = list(message.iter_attachments()) if message.is_multipart() else []
    try:
        yield _article(message, [part for part in others if _goes_on(part)], len(data), options)
    except Refused as refused:
        yield Refusal(None, refused.reason, refused.detail, len(data))
    for number, part in enumerate(others, start=1):
        if not _goes_on(part) and not _adorns(part):
            yield _attachment(part, number, file)


def _goes_on(part: EmailMessage) -> bool:
    """Tell whether a part is more of the message's own text, such as what follows a picture."""
    inline = part.get_content_disposition() != "attachment" and part.get_filename() is None
    return inline and part.get_content_type() == "text/plain"


def _adorns(part: EmailMessage) -> bool:
    """Tell whether a part is no input but how the message looks, such as a logo, or its signature."""
    shown = part.get_content_maintype() in ("image", "audio", "video", "font")
    return part.get_content_disposition() != "attachment" and (shown or part.get_content_type() in _SIGNATURES)


def _article(message: EmailMessage, more: Sequence[EmailMessage], size: int, options: ReadOptions) -> Article:
    day = read_day(_header(message, "Date"))
    told = Told(
        title=_header(message, "Subject"),
        author=_header(message, "From"),
        published=day,
        published_origin="container" if day else None,
    )
    part: Any = message.get_body(("plain", "html"))
    if part is None:
        raise Refused("no_text", "a message without text")
    text, encoding = _content(part)
    rest = [said for said, _ in map(_content, more) if said.strip()]
    if not text.strip() and not rest:
        raise Refused("empty", "a message without text")
    if part.get_content_type() != "text/html":
        return Article("\n\n".join([text, *rest]), encoding, size, told)
    document, paragraphs = assemble([*read_fragment(text, options), *(("body", said) for said in rest)])
    if not document:
        raise Refused("no_text", "a message without text")
    return Article(document, encoding, size, told, paragraphs)


def _content(part: Any) -> tuple[str, str]:
    """Return a part's text, by the encoding that it declares, if that fits, else as it looks."""
    data: bytes = part.get_payload(decode=True) or b""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return data.decode(charset).replace("\r\n", "\n").replace("\0", ""), charset
    except (LookupError, ValueError):
        decoded = decode(data)
    if isinstance(decoded, Decoded):
        return decoded.text.replace("\r\n", "\n"), decoded.encoding
    raise Refused(decoded.reason, decoded.detail)


def _header(message: Any, name: str) -> str | None:
    try:
        value = str(message.get(name) or "")
    except Exception:  # noqa: BLE001  (the library's parsers of headers raise all kinds of errors on damaged ones)
        return None
    return " ".join(value.encode("utf-8", "replace").decode().split())[:1000] or None


def _attachment(part: Any, number: int, file: File) -> Found:
    name = " ".join(str(part.get_filename() or f"attachment {number}").split())[:200]
    key = f"{number}/{name}"
    data: Any = part.get_payload(decode=True)
    if data is None:
        data = bytes(part.get_payload(0)) if part.is_multipart() else b""
    stream = Stream(io.BytesIO(data), budget=file.stream.budget, size=len(data))
    return Member(key, File(name, stream), packed=True)


MAIL = Format("mail", _fits, _read, container=True)
MBOX = Format("mbox", _fits_mbox, _read_mbox, container=True)
