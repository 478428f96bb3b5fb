"""Turns bytes into text, or says why that cannot be done.

Detectors of encodings answer every question, also wrong ones: they take UTF-8 that was cut off for some Asian
encoding, and "£5 million" in Windows-1252 for Japanese. So what can be known is asked first (byte-order marks, strict
UTF-8, the end of the data), Western text is told by what it would read like, and the detector's answer is checked
before it is believed.

Nothing is translated: line ends and a leading byte-order mark stay, so that offsets hold.
"""

import codecs
import dataclasses
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import charset_normalizer


@dataclasses.dataclass(frozen=True)
class Decoded:
    """Text and the name of the encoding that it was in."""

    text: str
    encoding: str


@dataclasses.dataclass(frozen=True)
class Rejected:
    """Why bytes are not text: a reason from `DEAD_LETTER_REASONS` and one line for people."""

    reason: str
    detail: str


_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-bom"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
"""Mark, codec that leaves it in the text, stored name. UTF-32's little-endian mark begins with UTF-16's and so comes
first."""

_MAGIC: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"\x7fELF", "a program"),
)

_CONTROLS: Final = bytes(c for c in range(0x20) if c not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"
_ASCII: Final = bytes(range(0x80))
_MOST_CONTROLS: Final = 0.02
_MOST_WESTERN: Final = 0.06
"""Western text in English holds far fewer bytes above ASCII than this; French and Polish hold more, Russian almost
only such."""
_FEW: Final = 3
_MOST_ODD: Final = 0.1
_MOST_MISFITS: Final = 0.001
_DAMAGED_UTF8: Final = 0.6

_UTF8_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ENDS_IN_WESTERN_LETTER: Final = re.compile(rb"[\x00-\x7f]*[A-Za-z][\xe4-\xed]")
"""English up to a last "café" without a full stop; cut off UTF-8 would have to go from English to Chinese there."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_STRAY_SYMBOL: Final = re.compile("[£¥¢¤¦¨¬¯±²³´¶¸¹†‡˜][^\\W\\d_]")
_RARE_LETTERS: Final = frozenset("ÞþÐðÝýŸªºƒˆ")
_COMMON: Final = ("cp1250", "cp1251", "koi8_r", "mac_roman", "cp932", "euc_jp", "gb18030", "big5", "cp949")


def decode(data: bytes) -> Decoded | Rejected:
    """Return the text of a file's bytes, or why they are none."""
    if not data or data.isspace():
        return Rejected("empty", "nothing but white space" if data else "no bytes")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return Rejected("binary", f"looks like {name}")
    for mark, codec, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_unicode(data, codec, name) or Rejected("undecodable", f"not valid {codec}")
    return _control_characters(data) or _decode_unicode(data, "utf-8", "utf-8") or _unless_blank(_decode_legacy(data))


def _unless_blank(decoded: Decoded | Rejected) -> Decoded | Rejected:
    blank = isinstance(decoded, Decoded) and not decoded.text.strip()
    return Rejected("empty", "nothing but white space") if blank else decoded


def _decode_unicode(data: bytes, codec: str, name: str) -> Decoded | Rejected | None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if _ENDS_IN_WESTERN_LETTER.fullmatch(data):
            return None
        at_the_end = error.reason in ("unexpected end of data", "truncated data") and error.end == len(data)
        return Rejected("truncated", f"ends inside a character of {codec}") if at_the_end else None
    if not text.lstrip("\ufeff").strip():
        return Rejected("empty", "nothing but white space")
    if not name.startswith("utf-8"):
        return _control_characters(text.encode()) or Decoded(text, name)
    return _control_characters(data) or Decoded(text, name)


def _control_characters(data: bytes) -> Rejected | None:
    if b"\0" in data:
        return Rejected("binary", "holds NUL bytes (UTF-16 is read where it begins with a byte-order mark)")
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > 1 + _MOST_CONTROLS * len(data):
        return Rejected("binary", f"{controls} of {len(data)} bytes are control characters")
    return None


def _decode_legacy(data: bytes) -> Decoded | Rejected:
    above_ascii = len(data) - _count(data, _ASCII)
    covered = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    if covered >= _DAMAGED_UTF8 * above_ascii:
        return Rejected("undecodable", f"damaged UTF-8, the first wrong byte is at offset {_first_wrong_byte(data)}")
    if above_ascii <= max(_FEW, _MOST_WESTERN * len(data)):
        western = _decode_western(data)
        if western is not None:
            return western
    for name in _detected(data):
        text = _decode_strictly(data, name)
        if text is not None and _fits(text):
            return Decoded(text, codecs.lookup(name).name)
    return Rejected("undecodable", "no encoding fits the bytes")


def _count(data: bytes, these: bytes) -> int:
    return len(data) - len(data.translate(None, these))


def _first_wrong_byte(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError("asked only of what is not UTF-8")


def _decode_western(data: bytes) -> Decoded | None:
    text = _decode_strictly(data, "cp1252")
    if text is None:
        return None
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    odd = sum(not _reads_western(word) for word in words) + len(_STRAY_SYMBOL.findall(text))
    beyond = sum(text.count(c) for c in set(text) if not c.isascii())
    return Decoded(text, "cp1252") if odd <= _MOST_ODD * beyond else None


def _reads_western(word: str) -> bool:
    if not _RARE_LETTERS.isdisjoint(word) or (len(word) >= _FEW and not any(c.isascii() for c in word)):
        return False
    if len(word) == 1:
        return word.islower() or word == "À"
    return word.islower() or word.istitle() or word.isupper()


def _detected(data: bytes) -> Iterator[str]:
    """Yield the names of encodings that the detector thinks of, best first; of those that agree, common ones first.

    The detector takes Polish for Western European and calls the language Polish, so that answer is checked.
    """
    for match in charset_normalizer.from_bytes(data):
        same = [name for name in match.could_be_from_charset if not name.startswith("utf")]
        if "cp1252" not in same:
            yield from sorted(same, key=lambda name: _COMMON.index(name) if name in _COMMON else len(_COMMON))
        elif _decode_western(data):
            yield "cp1252"


def _decode_strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _fits(text: str) -> bool:
    """Whether a text holds no more than a trace of characters that no text in a right encoding holds."""
    misfits = sum(text.count(c) for c in set(text) if not c.isascii() and unicodedata.category(c) in _MISFIT)
    return misfits <= _MOST_MISFITS * len(text)


_MISFIT: Final = frozenset({"Cc", "Cn", "Co", "Cs"})
