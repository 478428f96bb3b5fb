"""The closed vocabularies of the dataset: every coded column takes its values from here."""

from typing import Final

SCHEMA_VERSION: Final = 1

DEAL_TYPES: Final = ("sale", "contract", "license", "supply", "investment", "financing")
COOPERATION_TYPES: Final = (
    "agreement",
    "exercise",
    "exchange",
    "joint_project",
    "operation",
    "access",
    "assistance",
    "dialogue",
    "general",
)
EVENT_TYPES: Final[dict[str, tuple[str, ...]]] = {"deal": DEAL_TYPES, "cooperation": COOPERATION_TYPES}
EVENT_CLASSES: Final = tuple(EVENT_TYPES)
EXTRACTORS: Final = ("rules", "reader", "both")
"""Who decides what an event is."""

SECTORS: Final = (
    "military",
    "security",
    "energy",
    "nuclear",
    "space",
    "technology",
    "trade",
    "diplomatic",
    "humanitarian",
    "other",
)
STATUSES: Final = (
    "proposed",
    "negotiating",
    "agreed",
    "underway",
    "completed",
    "suspended",
    "cancelled",
    "rejected",
)
REALIS: Final = ("asserted", "hypothetical", "negated")
ROLES: Final = ("supplier", "recipient", "party", "broker")
PARTY_KINDS: Final = ("country", "igo", "government", "military", "company", "organisation", "person", "group")
AMOUNT_QUALIFIERS: Final = ("exact", "about", "at_least", "at_most", "range")
PARAGRAPH_KINDS: Final = ("title", "heading", "body", "caption", "byline", "boilerplate", "comment")
READ_KINDS: Final = ("title", "heading", "body")
"""Kinds of paragraph that are read for events; the others are stored only."""
PUBLISHED_ORIGINS: Final = ("option", "metadata", "container", "text")

DEAD_LETTER_REASONS: Final[dict[str, str]] = {
    "missing": "the path does not exist, or vanished before it was read",
    "unreadable": "the file could not be opened or read",
    "dangling_link": "a symbolic link that points nowhere",
    "link_loop": "a link back to a folder that is already being read",
    "link_outside": "a link that leads out of the inputs (use --follow-links to allow it)",
    "not_a_file": "a pipe, socket or device",
    "empty_folder": "a folder or pattern without any file",
    "empty": "no bytes, or nothing but white space, or a container without records",
    "binary": "not text, and of no format that is read",
    "truncated": "ends too early: inside a character, a record or a compressed stream",
    "undecodable": "no encoding fits the bytes",
    "malformed": "damaged, or not of the format that its name or first bytes promise",
    "encrypted": "protected by a password",
    "no_text": "nothing to read in it, such as a page of links or a scanned PDF",
    "no_text_field": "a record without a field of text (name it by --text-field)",
    "http_error": "an archived response that is no page, such as a redirect or an error 404",
    "not_english": "in another language (use --any-language to read it)",
    "unsafe_member": "a member of an archive that is a link or a device, or whose name leads out of it",
    "too_large": "larger than --max-bytes",
    "too_deep": "archives within archives, deeper than --max-depth",
    "expands_too_much": "unpacks to more than --max-ratio times its size",
    "too_many_records": "a container with more records than --max-records",
    "too_nested": "markup nested deeper than --max-nesting",
    "too_slow": "took longer to read than --max-seconds",
    "out_of_memory": "took more memory to read than a reader may have",
    "reader_failed": "the reader raised an error on this input, tried something forbidden, or died of it",
    "too_many_paragraphs": "more paragraphs than --max-paragraphs",
    "extract_too_slow": "took more of the processor's time to find events in than --max-extract-seconds",
    "extract_failed": "the extractor raised an error on this document",
}
"""Why an input, or a part of one, could not be used. The keys are stored; the texts explain them."""

VECTOR_WIDTH, VECTOR_SCALE = 96, 127
"""How many numbers tell how the trained reader sees a mention, and what they, stored whole, are to be divided by."""
