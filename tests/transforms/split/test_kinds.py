import pytest

from transforms.split.kinds import paragraph_kinds

TITLE = "Ruritania orders two ferries from Freedonia"
BODY = (
    "Ruritania has ordered two ferries from a yard in Freedonia, the harbour board said, and will pay for them in salt."
)
MORE = "The yard, which has built tugs for the board before, will also train the crews of both ships over two winters."
LAST = "Neither side named the price, and nobody at the harbour was willing to guess at it, least of all the fishermen."
ARTICLE = [TITLE, BODY, MORE, LAST]


def kind(line: str, before: list[str], after: list[str]) -> str:
    return paragraph_kinds([*before, line, *after])[len(before)]


def kind_inside(line: str) -> str:
    return kind(line, [TITLE, BODY], [MORE, LAST, BODY, MORE])


def kind_at_end(line: str) -> str:
    return kind(line, ARTICLE, [])


def test_a_plain_article():
    assert paragraph_kinds(ARTICLE) == ["title", "body", "body", "body"]


def test_an_article_may_start_with_its_body():
    assert paragraph_kinds([BODY, MORE]) == ["body", "body"]


@pytest.mark.parametrize(
    "lead", ["Ruritania sold a ferry.", "The sides agreed to build a bridge and to share its cost:"]
)
def test_a_short_lead_is_no_title(lead):
    assert kind(lead, [], [MORE, LAST]) == "body"


@pytest.mark.parametrize(
    "furniture", ["Advertisement", "Skip to content", "Home > World > Sea", "12 Shares", "2 May 2019"]
)
def test_the_title_comes_after_furniture(furniture):
    kinds = paragraph_kinds([furniture, *ARTICLE])
    assert kinds[:3] == [kinds[0], "title", "body"]
    assert kinds[0] in {"boilerplate", "byline"}


def test_a_full_headline_is_preferred_to_a_word_above_it():
    assert paragraph_kinds(["Shipping news", *ARTICLE])[:2] == ["heading", "title"]


def test_a_title_may_ask():
    assert kind("Will Ruritania buy the ferries it was promised?", [], [BODY, MORE]) == "title"


def test_headings_stand_between_paragraphs():
    assert kind_inside("A yard with a history") == "heading"


def test_items_of_a_list_are_no_headings():
    kinds = paragraph_kinds([BODY, "Present were:", "The harbour board", "The yard", MORE])
    assert kinds == ["body"] * 5


@pytest.mark.parametrize(
    "line",
    [
        "Read also: Ruritania signs pact with Sylvania",
        "RELATED: Freedonia sells tugs to Sylvania",
        "READ MORE: Ferries For The North",
        "Recommended: Ten Ferries You Should See.",
        "Also on salt.example Ruritania buys a lighthouse",
        "Share this on Facebook",
        "Follow us on Twitter @harbournews",
        "Sign up for our free newsletter and get the harbour news in your inbox every day.",
        "This website uses cookies to make your visit better.",
        "ADVERTISEMENT",
        "Slideshow ( 4 images )",
        "For more information about the ferries, please visit www.ferries.example",
        "© 2019 Harbour News. All rights reserved.",
        "(Source: Harbour News; issued May 2, 2019)",
        "Spotted a mistake? Tell the harbour desk",
        "https://ferries.example/news",
        "-ends-",
        "# # #",
        "Tags: ferries, salt, winter",
        "The following statement is attributable to harbour master Ida Brook:",
    ],
)
def test_furniture_is_boilerplate(line):
    assert kind_inside(line) == "boilerplate"


@pytest.mark.parametrize(
    "line",
    [
        "Read the treaty as you like, it obliges Ruritania to sell two ferries to Sylvania.",
        "Shares of the yard rose after it won the contract for two ferries.",
        "Related companies in Sylvania will deliver the engines for both of the ferries.",
        "More than twenty firms from Freedonia have signed contracts with the harbour board.",
        "Follow-on orders for two more ferries are being negotiated with the yard in Freedonia.",
        "Signing up for the pact, Ruritania agreed to share its charts with Sylvania.",
        "Comments by the envoy that the ferries were sold have been denied by the board.",
        "About 200 sailors of both countries took part in the drill off Zenda.",
        "By Monday the yard had delivered both of the ferries to Ruritania.",
        "By 2020 Ruritania will have bought six ferries from Freedonia.",
        "Sources: " + 3 * "the board has bought two ferries from Freedonia and three tugs from a yard in Sylvania, ",
        "Pictures of the signing of the ferry contract were shown on television in both countries.",
        "Contact between the two navies was resumed when their admirals met in Zenda.",
        "Ida Brook is the chairman of the board that bought the ferries from Freedonia.",
        "(C) supplies both ferries with engines made in Sylvania.",
        "Copyright talks between Ruritania and Freedonia ended in an accord.",
    ],
)
def test_sentences_that_begin_like_furniture_are_body(line):
    assert kind_inside(line) == "body"


@pytest.mark.parametrize(
    "line",
    [
        "A model of the ferry (Image: Freedonia Yards)",
        "The old ferry at Zenda. Photo: Ida Brook",
        "FILE PHOTO: The harbour board meets in Zenda in May 2018.",
        "A ferry leaves the harbour. REUTERS/Ida Brook",
        "Figure 2: Ferries sold by year.",
        "A photograph of the ferry taken from the old lighthouse",
    ],
)
def test_lines_with_a_credit_are_captions(line):
    assert kind_inside(line) == "caption"


def test_a_caption_may_only_name_people():
    line = "Ruritanian President Ida Brook and Freedonian Prime Minister Paul Tarn"
    assert kind(line, [], [BODY, MORE]) == "caption"


def test_names_and_a_credit_under_the_title_are_captions():
    assert paragraph_kinds([TITLE, "Ida Brook and Paul Tarn", "Harbour News", BODY])[1:3] == ["caption", "caption"]


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "By JANE DOE and John Roe / Staff reporters",
        "By Jane Doe | May 2, 2019",
        "Author: Jane Doe, Institute of Ferries",
        "Office of the Spokesperson",
        "Jane Doe, Secretary of Trade",
        "07:05, 2 May 2019",
        "Published: 2 May 2019",
    ],
)
def test_bylines_stand_above_the_article(line):
    assert kind(line, [TITLE], [BODY, MORE]) == "byline"


def test_a_date_inside_the_article_is_a_heading():
    assert kind("2 May 2019", [BODY], [MORE, LAST]) == "heading"


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe is a researcher at the Institute of Ferries. She is the author of a book on salt.",
        "Chief editor of the harbour site. Studied law in Zenda. Correspondent for two papers since 2002.",
        "The author is a retired captain.",
    ],
)
def test_biographies_stand_at_the_end(line):
    assert kind_at_end(line) == "boilerplate"
    assert kind(line, [TITLE, BODY], [MORE, LAST, BODY, MORE]) == "body"


def test_a_signature_stands_alone_at_the_end():
    assert kind_at_end("Jane Doe") == "byline"


def test_a_company_presents_itself_at_the_end():
    about = [
        "About Freedonia Yards",
        "Freedonia Yards builds ferries and tugs and employs 900 people.",
        "SOURCE Freedonia Yards",
    ]
    assert paragraph_kinds([*ARTICLE, *about])[4:] == ["boilerplate"] * 3


def test_a_heading_about_something_leaves_the_article_whole():
    assert paragraph_kinds([TITLE, "About Ferries", BODY, MORE, LAST, BODY, MORE])[2:] == ["body"] * 5


def test_contacts_go_with_their_heading():
    contacts = ["Media contacts:", "Jane Doe", "Freedonia Yards", "+11 555 0100 22", "jane@yards.example"]
    assert paragraph_kinds([*ARTICLE, *contacts])[4:] == ["boilerplate"] * 5


def test_links_go_with_their_heading():
    links = ["Related Stories", "Sylvania buys a lighthouse", "Freedonia sells three tugs"]
    assert paragraph_kinds([*ARTICLE, *links])[4:] == ["boilerplate"] * 3


@pytest.mark.parametrize(
    "heading", ["3 thoughts on “Ruritania orders two ferries”", "Leave a reply", "2 Comments", "Comments (2)"]
)
def test_comments_reach_to_the_end(heading):
    comments = [heading, "Paul says:", "They should have bought three ferries from Sylvania instead, I think.", "Reply"]
    kinds = paragraph_kinds([*ARTICLE, *comments])
    assert kinds[4:7] == ["comment"] * 3
    assert kinds[7] in {"comment", "boilerplate"}


@pytest.mark.parametrize("heading", ["2 Comments", "Leave a comment"])
def test_a_link_to_comments_above_the_article_takes_nothing_with_it(heading):
    assert paragraph_kinds([TITLE, heading, BODY, MORE, LAST]) == ["title", "boilerplate", "body", "body", "body"]


def test_a_button_for_comments_inside_the_article_takes_nothing_with_it():
    assert kind_inside("Comments") == "boilerplate"
    assert paragraph_kinds([*ARTICLE, "Comments", BODY, MORE, LAST])[5:] == ["body"] * 3


def test_signs_without_words_are_boilerplate():
    assert paragraph_kinds([BODY, "* * *", MORE]) == ["body", "boilerplate", "body"]


def test_no_paragraphs_have_no_kinds():
    assert paragraph_kinds([]) == []
