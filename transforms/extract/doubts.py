"""Asks for more than the usual confidence where a deal is told so vaguely that a reader would hardly record it.

News of trade speaks much of trade in general ("arms exports are growing") and of what a state gives itself (its
budget). Both use the words of deals, and the fitted weights keep them where the words alone are strong.
"""

import re

from schemas.ontology import Ontology
from transforms.extract.rows import Found

GENERAL = 0.8
"""Least confidence of trade in general."""
OWN_MONEY = 0.95
"""Least confidence of financing within one state, beside words of its budget."""
_GOODS = {"deal/sale", "deal/contract"}
_SIDES = {"supplier", "recipient"}
_PUBLIC = {"country", "government", "military", "person"}
_WORD = re.compile(r"[^\W\d_]+")


def doubt(found: Found, sentence: str, ontology: Ontology) -> tuple[str, float] | None:
    """Return why an event is doubtful, and the least confidence at which it is believed all the same.

    Args:
        found: The event with its arguments.
        sentence: Its sentence.
        ontology: For the words of goods in general (`goods: general`) and of budgets (`goods: budget`).
    """
    event_type = found.evidence.event_type
    if event_type in _GOODS and _in_general(found, ontology):
        return "trade in general", GENERAL
    if event_type == "deal/financing" and _own_money(found, sentence, ontology):
        return "own budget", OWN_MONEY
    return None


def _in_general(found: Found, ontology: Ontology) -> bool:
    """Whether goods are named by nothing but words such as "arms", without a number, and not both sides are named."""
    if not found.things or found.sums or any(t.item.quantity is not None for t in found.things):
        return False
    named = {role for role, p in found.parties if p.text is not None and not p.resolved}
    general = ontology.goods.get("general", frozenset())
    return not named >= _SIDES and all(set(_WORD.findall(t.item.text.lower())) <= general for t in found.things)


def _own_money(found: Found, sentence: str, ontology: Ontology) -> bool:
    """Whether a state's own bodies alone take part and its budget is spoken of."""
    states = {p.country for _, p in found.parties if p.country}
    if len(states) > 1 or any(p.kind not in _PUBLIC for _, p in found.parties):
        return False
    return not ontology.goods.get("budget", frozenset()).isdisjoint(_WORD.findall(sentence.lower()))
