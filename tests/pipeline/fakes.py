"""An extractor for tests of what goes on around it."""

import dataclasses
from collections.abc import Mapping

from schemas.records import Document
from tests.pipeline.mentions import MENTION
from transforms.extract.interface import Extraction


@dataclasses.dataclass
class FakeExtractor:
    """Finds one mention in each document, and fails on those that say so."""

    name: str = "fake"
    model: str = "fake-1.0"
    digests: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def extract(self, document: Document) -> Extraction:
        if "fail here" in document.text:
            raise ValueError("it failed\nas it was told")
        mention = dataclasses.replace(
            MENTION, mention_id=f"m-{document.doc_id}", doc_id=document.doc_id, uri=document.uri
        )
        return Extraction(mentions=(mention,), decisions=(), sentences=3, sentences_parsed=2)
