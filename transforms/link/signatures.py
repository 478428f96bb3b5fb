"""Signs documents by what they say, so that copies can be found without their texts.

A signature is a MinHash (Broder 1997) of the runs of three words in title, headings and body: the share of equal places
in two signatures is an estimate of how much of both texts is the same. rensa makes it; which version and settings did
is stored beside it, and only signatures made alike are compared.
"""

import re
from collections.abc import Iterator

import apache_beam as beam
import rensa
from apache_beam import pvalue

import schemas.coders  # noqa: F401  (registers the records)
from schemas.codes import READ_KINDS
from schemas.records import Document, SignatureRow

PLACES = 128
"""Numbers of a signature: the error of the estimate is about 4 points in 100."""
RUN = 3
METHOD = f"rensa 0.5 RMinHash {PLACES} seed 1, {RUN} words"
_WORD = re.compile(r"\w+")
_SEED = 1


def sign(text: str) -> tuple[int, ...] | None:
    """Return the signature of a text, in numbers of 31 bits; None for a text without words."""
    words = _WORD.findall(text.lower())
    if not words:
        return None
    runs = {" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}
    minhash = rensa.RMinHash(num_perm=PLACES, seed=_SEED)
    minhash.update(list(runs))
    return tuple(value >> 1 for value in minhash.digest())


def signature_row(document: Document) -> SignatureRow | None:
    """Return the row of a document's signature; captions, bylines and boilerplate differ from site to site."""
    read = [document.text[p.start : p.end] for p in document.paragraphs if p.kind in READ_KINDS]
    signature = sign("\n".join(read))
    return None if signature is None else SignatureRow(document.doc_id, document.content_id, METHOD, signature)


class SignDocuments(beam.PTransform):
    """Signs documents.

    Input: a PCollection of `Document` with paragraphs. Output: a PCollection of `SignatureRow`.
    """

    def expand(self, documents: pvalue.PCollection) -> pvalue.PCollection:
        """Sign each document."""
        return documents | "Sign" >> beam.FlatMap(_signed).with_output_types(SignatureRow)


def _signed(document: Document) -> Iterator[SignatureRow]:
    row = signature_row(document)
    if row is not None:
        yield row
