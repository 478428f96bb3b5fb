import pathlib

import pytest
import yaml

from pipeline.annotated import annotated_documents
from pipeline.training.augment import Swapper
from pipeline.training.examples import MASKED
from pipeline.training.prepare import Preparer
from schemas.codes import STATUSES
from transforms.extract.reader.model import SHIPPED, VOCABULARY
from transforms.extract.reader.questions import ROLES, TYPES

TEXT = "Norway sold five frigates to Chile in May 2023 for $40 million. The mayor might sell his boat. Oslo was calm."
EVENTS = [
    {
        "q": "Norway sold five frigates to Chile",
        "t": ["sold"],
        "class": "deal",
        "type": "sale",
        "sector": "military",
        "status": "completed",
        "realis": "asserted",
        "parties": [["supplier", "Norway", "NOR"], ["recipient", "Chile", "CHL"]],
        "items": [["frigates", 5, ""]],
        "value": [40000000, "USD"],
        "date": "2023-05",
    },
    {
        "q": "might sell his boat",
        "t": ["sell"],
        "class": "deal",
        "type": "sale",
        "sector": "trade",
        "status": "proposed",
        "realis": "hypothetical",
        "parties": [],
        "optional": True,
    },
]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("annotated")
    (folder / "a.txt").write_text(TEXT, "utf-8")
    gold = [{"doc": "a.txt", "published": "2023-06-01", "events": EVENTS}]
    (folder / "gold.yaml").write_text(yaml.safe_dump(gold), "utf-8")
    documents = annotated_documents([(folder / "gold.yaml", pathlib.Path(folder))])
    ((only,),) = map(Preparer(SHIPPED / VOCABULARY), documents)
    return only


def words(example, pieces):
    return {TEXT[slice(*example.window.spans[i])] for i in pieces}


def target(example):
    return next(t for t in example.targets if t.event_type > 0)


def test_triggers_are_marked_and_optional_ones_masked(example):
    marked = [i for i, t in enumerate(example.triggers) if t > 0]
    assert words(example, marked) == {"sold"}
    assert example.triggers[marked[0]] == TYPES.index("deal/sale")
    assert "sell" in words(example, [i for i, t in enumerate(example.triggers) if t == MASKED])


def test_of_an_optional_record_all_is_learnt_but_that_it_is_an_event(example):
    doubtful = next(t for t in example.targets if t.status == STATUSES.index("proposed"))
    assert doubtful.event_type == MASKED
    assert doubtful.kind == TYPES.index("deal/sale")


def test_values_are_laid_over_the_words_that_say_them(example):
    roles = {ROLES[role]: words(example, pieces) for role, pieces in target(example).roles.items() if pieces}
    assert roles["supplier"] == {"Norway"}
    assert roles["recipient"] == {"Chile"}
    assert "$" in roles["amount"]
    assert "May" in roles["date"]
    assert "".join(sorted(roles["item"], key=TEXT.index)) == "frigates"


def test_names_are_swapped_and_the_labels_go_along(example):
    import random

    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(SHIPPED / VOCABULARY))
    swapped = Swapper(tokenizer).swapped(example, random.Random(3))
    text = tokenizer.decode(list(swapped.window.ids))
    assert "norway" not in text
    assert "chile" not in text
    moved = target(swapped)
    supplier = tokenizer.decode([swapped.window.ids[i] for i in sorted(moved.roles[ROLES.index("supplier")])])
    assert text.index(supplier) < text.index("sold")
    assert tokenizer.decode([swapped.window.ids[i] for t in moved.triggers for i in t]) == "sold"
    assert len(swapped.window.ids) == len(swapped.triggers) == len(swapped.window.spans)
