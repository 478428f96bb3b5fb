"""Pages as news sites lay them out: an article among menus, banners, comments, links to other stories with events."""

from collections.abc import Mapping
from html import escape
from typing import Final

from tests.corpus.articles import Story, page, story

STORY: Final = story(3)
DECOYS: Final = (
    "Ruritania sold nine submarines to Freedonia for $900 million, the navy said.",
    "Sylvania and Borduria signed a military cooperation agreement on Tuesday.",
    "Read next: Syldavia buys forty tanks from Grand Fenwick in a $2 billion deal.",
)
_BODY: Final = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in STORY.paragraphs)
_ITEMS: Final = "".join(f"<li><a href='/x'>{decoy}</a></li>" for decoy in DECOYS)
_TEXT: Final = "".join(f"<p>{decoy}</p>" for decoy in DECOYS)
_COOKIES: Final = (
    "<div id='cookie-consent' role='dialog'><p>We and our 842 partners use cookies. You enter an agreement with "
    f"our partners.</p><button>Accept</button>{_TEXT}</div>"
)


def _whole(body: str) -> bytes:
    title = escape(STORY.title)
    head = f"<head><title>{title} - The Harbour News</title></head>"
    return f"<!doctype html><html>{head}<body>{body}</body></html>".encode()


def _headed(inner: str) -> str:
    return f"<h1>{escape(STORY.title)}</h1>{inner}"


LAYOUTS: Final[Mapping[str, bytes]] = {
    "semantic elements": page(
        STORY,
        before=f"<header><nav><ul>{_ITEMS}</ul></nav></header>",
        after=f"<aside>{_TEXT}</aside><footer>{_TEXT}</footer>",
    ),
    "classes only": _whole(
        f"<div class='main-menu'><ul>{_ITEMS}</ul></div><div class='story-content'>{_headed(_BODY)}</div>"
        f"<div class='sidebar'>{_TEXT}</div><div class='page-footer'>{_TEXT}</div>"
    ),
    "consent banner": page(STORY, before=_COOKIES),
    "comments": page(
        STORY, after=f"<section id='comments'><h2>3 comments</h2><div class='comment'>{_TEXT}</div></section>"
    ),
    "disqus": page(STORY, after=f"<div id='disqus_thread' class='comment-list'>{_TEXT}</div>"),
    "related in the middle": _whole(
        "<main><article>"
        + _headed(
            _BODY.replace("</p><p>", f"</p><div class='related-stories'><h3>Related</h3><ul>{_ITEMS}</ul></div><p>", 1)
        )
        + "</article></main>"
    ),
    "teasers below": page(
        STORY,
        after=f"<div class='most-read'><h3>Most read</h3><ol>{_ITEMS}</ol></div><div class='teaser'>{_TEXT}</div>",
    ),
    "tables": _whole(
        f"<table><tr><td class='nav'><ul>{_ITEMS}</ul></td><td class='content'>{_headed(_BODY)}</td>"
        f"<td class='sidebar'>{_TEXT}</td></tr></table>"
    ),
    "newsletter and sharing": page(
        STORY,
        before=f"<div class='newsletter-signup'>{_TEXT}<form><input name='e'><button>Join</button></form></div>",
        after=f"<div class='social-share'>Share</div><div class='subscribe'>{_TEXT}</div>",
    ),
    "advertisements": page(
        STORY, before=f"<div class='ad advertisement'>{_TEXT}</div>", after=f"<div id='promo'>{_TEXT}</div>"
    ),
    "breaking ticker": page(STORY, before=f"<div class='ticker'><ul>{_ITEMS}</ul></div>"),
    "scripts and hidden text": page(
        STORY,
        before=f"<script>var s = '{DECOYS[0]}';</script><noscript>{_TEXT}</noscript><template>{_TEXT}</template>",
        after=f"<!-- {DECOYS[1]} --><style>p::after {{ content: '{DECOYS[2]}' }}</style>",
    ),
    "roles": page(
        STORY,
        before=f"<div role='navigation'><ul>{_ITEMS}</ul></div>",
        after=f"<div role='complementary'>{_TEXT}</div><div role='contentinfo'>{_TEXT}</div>",
    ),
}


def decoys_in(text: str) -> list[str]:
    """Return the sentences in a text that are not the article's."""
    return [decoy for decoy in DECOYS if decoy in text]


__all__ = ["DECOYS", "LAYOUTS", "STORY", "Story", "decoys_in"]
