"""Takes back tags that a sentence's own parse contradicts, before lemmas and parts of speech are drawn from them."""

from spacy.language import Language
from spacy.tokens import Doc, Token

NAME = "nominal_tags"
_NOUN_FOR = {"VB": "NN", "VBP": "NN", "VBD": "NN", "VBZ": "NNS"}
_OBJECTS = ("dobj", "pobj")
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
_OF_VERBS = _SUBJECTS | {"aux", "auxpass", "neg", "mark", "dobj", "dative", "xcomp", "ccomp", "prt"}
"""What hangs on verbs alone: a word that has such children may be one, wherever it hangs itself."""


@Language.component(NAME)
def nominal_tags(doc: Doc) -> Doc:
    """Tag finite verbs that stand as objects as nouns: the "deal" of headlines ("India signs missile deal with ...").

    Tagger and parser of a pipeline decide apart from each other; where a word is the object of a verb or a preposition
    and has nothing that verbs have, the parser saw more of the sentence than the tagger did.
    """
    for token in doc:
        if token.tag_ in _NOUN_FOR and token.dep_ in _OBJECTS and not _is_clause(token):
            token.tag_ = _NOUN_FOR[token.tag_]
    return doc


def _is_clause(token: Token) -> bool:
    return any(child.dep_ in _OF_VERBS for child in token.children)
