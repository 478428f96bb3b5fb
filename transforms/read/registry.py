"""The table of readers, and the choice of one for a file: by its content, and by its name where that leaves it open.

To add a format, write a module in `transforms/read/formats` with a `Format` and name it here. Formats with a magic
number come first, those that are told by what they read like come last.
"""

import importlib
from typing import Final

from transforms.read.formats import (
    archives,
    avro,
    compressed,
    docx,
    feed,
    html,
    jsonlines,
    mail,
    markdown,
    parquet,
    pdf,
    table,
    text,
    warc,
)
from transforms.read.formats.interface import Format

FORMATS: Final = (
    compressed.GZIP,
    compressed.BZIP2,
    compressed.XZ,
    compressed.ZSTD,
    docx.FORMAT,
    archives.ZIP,
    archives.TAR,
    avro.FORMAT,
    parquet.FORMAT,
    pdf.FORMAT,
    warc.FORMAT,
    feed.FORMAT,
    html.FORMAT,
    mail.MBOX,
    mail.MAIL,
    jsonlines.FORMAT,
    jsonlines.JSON,
    markdown.FORMAT,
    table.FORMAT,
)
"""All readers but that of plain text, which takes what is left."""
PLAIN: Final = text.FORMAT
BY_NAME: Final = {known.name: known for known in (*FORMATS, PLAIN)}


def recognise(head: bytes, name: str) -> Format:
    """Return the format of a file.

    Args:
        head: Its first bytes.
        name: Its file name.
    """
    lower = name.lower()
    for known in FORMATS:
        if known.fits(head, lower):
            return known
    promised = (known for known in FORMATS if known.fits(b"", lower))
    return next(promised, PLAIN) if head else PLAIN


def load_libraries() -> None:
    """Import what all readers need, ahead of the first file."""
    for known in BY_NAME.values():
        for name in known.libraries:
            importlib.import_module(name)
