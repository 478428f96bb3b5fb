import dataclasses

import pytest

from schemas.fields import describe
from schemas.records import Mention


def test_optional_fields_are_nullable_and_lists_repeated():
    fields = {f.name: f for f in describe(Mention)}
    assert fields["event_date"].nullable
    assert not fields["mention_id"].nullable
    assert fields["participants"].repeated
    assert fields["confidence"].storage == "float32"


def test_a_type_that_cannot_be_stored_is_refused():
    @dataclasses.dataclass(frozen=True)
    class Odd:
        thing: complex

    with pytest.raises(TypeError, match="thing"):
        describe(Odd)
