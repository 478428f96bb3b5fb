import re

import pytest
import yaml

from schemas.codes import PARAGRAPH_KINDS, READ_KINDS
from transforms.split.kinds import _FOLLOWERS, _PLACES
from transforms.split.lexicons import DATA, Cue, abbreviations, paragraph_cues

CUES = paragraph_cues()


@pytest.mark.parametrize("cue", CUES, ids=lambda cue: cue.name)
def test_a_cue_says_what_the_rules_understand(cue: Cue) -> None:
    assert cue.kind in set(PARAGRAPH_KINDS) - set(READ_KINDS)
    assert cue.place in {"any", "under_title", *_PLACES}
    assert cue.follow is None or cue.follow in _FOLLOWERS
    assert cue.starts or cue.whole or cue.holds


def test_a_cue_has_no_field_that_is_not_read():
    entries = yaml.safe_load((DATA / "paragraph_cues.yaml").read_text("utf-8"))
    fields = {field for entry in entries for field in entry}
    assert fields <= {"name", "kind", "place", "longest", "follow", "starts", "whole", "holds"}


def test_no_cue_fits_a_long_paragraph():
    assert not any(cue.matches("Read more: " + "x" * 3000) for cue in CUES)


def test_a_full_stop_is_left_out_of_the_abbreviations():
    assert not [word for words in abbreviations().values() for word in words if re.search(r"\.$|\s", word)]
