"""Documents in other languages are told apart where their text is long enough to tell, and short ones are kept."""

import pytest

from schemas.records import DeadLetter, Document, Paragraph
from tests.corpus import articles
from transforms.read.language import recognise_language
from transforms.read.ptransforms import in_english

FRENCH = (
    "La France vendra douze frégates au Chili dans le cadre d'un contrat, a annoncé lundi le ministère de la défense. "
    "Les deux pays ont signé l'accord après des mois de négociations."
)
RUSSIAN = (
    "Россия и Казахстан подписали соглашение о военном сотрудничестве, сообщило министерство обороны в понедельник. "
)
CHINESE = (
    "中国和巴西周一在北京签署了一项为期五年的贸易协议，双方同意扩大农产品和能源领域的合作，并将举行联合军事演习。" * 2
)


def document(text: str, **fields: object) -> Document:
    return Document("d", "c", "a.txt", text, "text", "utf-8", len(text), **fields)  # type: ignore[arg-type]


def verdict(text: str, *, any_language: bool = False, **fields: object) -> str | None:
    found = in_english(document(text, **fields), any_language=any_language)
    return found.reason if isinstance(found, DeadLetter) else found.language


@pytest.mark.parametrize(("text", "language"), [(FRENCH, "fr"), (RUSSIAN, "ru"), (CHINESE, "zh")])
def test_other_languages_are_set_aside_unless_wanted(text: str, language: str) -> None:
    assert verdict(text) == "not_english"
    assert verdict(text, any_language=True) == language


def test_english_is_read() -> None:
    assert verdict(articles.story(1).text) == "en"


@pytest.mark.parametrize("text", ["Bonjour le monde.", "Kallio Metals, Minas do Sado, Glencore", "A deal was signed."])
def test_short_texts_are_kept(text: str) -> None:
    assert verdict(text) is None


def test_what_was_said_of_a_short_text_is_believed() -> None:
    assert verdict("Bonjour le monde.", language="fr-FR") == "not_english"
    assert verdict("A deal was signed.", language="en-GB") == "en"


def test_the_text_counts_more_than_what_a_page_says() -> None:
    assert verdict(articles.story(1).text, language="fr") == "en"


def test_names_of_foreign_places_do_not_make_english_foreign() -> None:
    text = "Vinnytsia and Zaporizhzhia: the mayors of Ivano-Frankivsk, Chernihiv and Kropyvnytskyi met on Monday."
    assert verdict(text) in ("en", None)


def test_only_the_article_counts() -> None:
    english = articles.story(1).text
    paragraphs = (
        Paragraph(0, "body", 0, len(english)),
        Paragraph(1, "boilerplate", len(english), len(english + FRENCH)),
    )
    assert recognise_language(document(english + FRENCH, paragraphs=paragraphs)) == "en"
