import datetime
import random

import numpy as np
import pytest

from schemas.records import Document, Paragraph
from transforms.link.duplicates import Signed, find_duplicates
from transforms.link.signatures import METHOD, PLACES, sign, signature_row

SIGNED = (1066740921, 1679483566, 719015458, 1676360424)
WORDS = [f"word{number}" for number in range(400)]


def text(seed: int, length: int = 220) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def signed(name: str, said: str, day: int | None = 1, method: str = METHOD) -> Signed:
    signature = sign(said)
    assert signature is not None
    published = datetime.date(2020, 1, day) if day else None
    return Signed(name, f"{name}.txt", published, method, signature)


def edited(said: str, changes: int) -> str:
    words = said.split()
    for place in random.Random(1).sample(range(len(words)), changes):
        words[place] = "changed"
    return " ".join(words)


def test_the_first_published_is_the_original() -> None:
    found = find_duplicates([signed("b", text(1), 3), signed("c", text(1), 2), signed("a", text(1), 5)])
    assert found == {"a": "c", "b": "c"}


def test_of_the_same_day_the_first_uri_is_the_original() -> None:
    assert find_duplicates([signed("b", text(1)), signed("a", text(1))]) == {"b": "a"}


def test_a_document_of_unknown_day_is_no_original_of_a_dated_one() -> None:
    assert find_duplicates([signed("a", text(1), None), signed("b", text(1), 9)]) == {"a": "b"}


def test_small_edits_leave_a_duplicate_and_rewriting_does_not() -> None:
    said = text(1)
    near, far = signed("near", edited(said, 6), 2), signed("far", edited(said, 60), 2)
    assert find_duplicates([signed("first", said), near, far]) == {"near": "first"}


def test_other_texts_are_no_duplicates() -> None:
    assert find_duplicates([signed(str(seed), text(seed)) for seed in range(50)]) == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_feeding_changes_nothing(seed: int) -> None:
    documents = [
        signed(f"{copy}-{story}", edited(text(story), copy * 3), 1 + copy) for story in range(8) for copy in range(6)
    ]
    expected = find_duplicates(documents)
    random.Random(seed).shuffle(documents)
    assert find_duplicates(documents) == expected
    assert expected


def test_a_chain_of_small_changes_does_not_lead_to_another_text() -> None:
    words, chain = text(1).split(), []
    for step in range(12):
        chain.append(signed(f"{step:02}", " ".join(words), 1 + step))
        for place in range(step * 15, step * 15 + 15):
            words[place] = f"new{place}"
    found = find_duplicates(chain)
    assert found
    for copy, first in found.items():
        assert int(copy) - int(first) <= 3


def test_an_original_is_never_a_duplicate_itself() -> None:
    documents = [signed(str(n), edited(text(n % 4), n % 9), 1 + n % 20) for n in range(80)]
    found = find_duplicates(documents)
    assert not set(found.values()) & set(found)


def test_signatures_of_another_make_are_not_compared() -> None:
    assert find_duplicates([signed("a", text(1)), signed("b", text(1), method="other")]) == {}


def test_a_signature_tells_how_much_is_the_same() -> None:
    one, other = sign(text(1)), sign(edited(text(1), 10))
    assert one is not None
    assert len(one) == PLACES
    assert 0.6 < np.mean(np.array(one) == np.array(other)) < 0.95


def test_a_signature_stays_the_same_for_ever() -> None:
    signature = sign("The ministers signed the contract for two ships on Monday.")
    assert signature is not None
    assert signature[:4] == SIGNED


def test_a_text_without_words_has_no_signature() -> None:
    assert sign(" — !") is None


def test_bylines_and_comments_do_not_count() -> None:
    said = "The ministers signed.\n\nBy A. Writer"
    paragraphs = (Paragraph(0, "body", 0, 21), Paragraph(1, "byline", 23, len(said)))
    document = Document("d", "c", "u", said, "text", "utf-8", len(said), paragraphs=paragraphs)
    row = signature_row(document)
    assert row is not None
    assert row.signature == sign("The ministers signed.")
