"""Puts pages together: templates, styles, scripts and data in one file that asks nothing of any network."""

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from cordiale import __version__
from pipeline.report import figures
from pipeline.report.data import blocks, index, script_json
from pipeline.report.read import Found
from pipeline.report.templates import asset, environment
from schemas import codes

TITLE = "Deals and cooperation"
SCRIPTS = ("dom", "words", "data", "filters", "table", "count", "charts", "dialog", "main")
"""Our own scripts, in the order in which they build upon one another."""


def render_report(found: Found, *, name: str, title: str = TITLE, with_text: bool = True) -> str:
    """Return the page over all events.

    Args:
        found: The dataset.
        name: What the dataset is called.
        title: What stands above.
        with_text: Whether sentences are shown.
    """
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            **_common(title, [asset("vendor/echarts.min.js"), _page_script()]),
            subtitle=_subtitle(found, name),
            notices=_notices(found, with_text=with_text),
            figures=_figures(found),
            with_text=with_text,
            codes={
                "classes": codes.EVENT_CLASSES,
                "types": codes.EVENT_TYPES,
                "sectors": codes.SECTORS,
                "statuses": codes.STATUSES,
                "realis": codes.REALIS,
            },
            finished=f"{found.finished:%d %B %Y}".lstrip("0"),
            echarts=echarts_version(),
            echarts_script=Markup(asset("vendor/echarts.min.js")),  # noqa: S704  (files of this package, not of documents)
            page_script=Markup(_page_script()),  # noqa: S704
            index=Markup(script_json(index(found, with_text=with_text))),  # noqa: S704  (escaped by script_json)
            blocks=blocks(found, with_text=with_text),
        )
    )


def render_template(name: str, *, title: str, **values: Any) -> str:
    """Return a page without scripts of its own but that for the theme."""
    return environment().get_template(name).render(**_common(title, []), **values)


def echarts_version() -> str:
    """Return the version of the library that draws the charts."""
    found = re.search(r"\| ([0-9.]+) \| Apache", asset("vendor/README.md"))
    assert found
    return found[1]


def _common(title: str, scripts: Sequence[str]) -> dict[str, Any]:
    theme = asset("js/theme.js")
    return {
        "title": title,
        "version": __version__,
        "policy": _policy([theme, *scripts]),
        "style": Markup(asset("style.css")),  # noqa: S704
        "theme_script": Markup(theme),  # noqa: S704
    }


def _policy(scripts: Sequence[str]) -> str:
    """Return a content security policy: nothing from anywhere, and no script but these very ones."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    sources = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {sources}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _page_script() -> str:
    parts = "\n".join(asset(f"js/{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'


def _subtitle(found: Found, name: str) -> str:
    places, documents = f"{len(found.mentions):,} places", f"{len(found.documents):,} documents"
    said = [f"{name}: {len(found.events):,} events told in {places} of {documents}"]
    days = [document["published"] for document in found.documents.values() if document["published"]]
    if days:
        said.append(
            f"published {min(days):%Y-%m-%d} to {max(days):%Y-%m-%d}"
            if min(days) < max(days)
            else f"published {min(days)}"
        )
    return ", ".join(said)


def _notices(found: Found, *, with_text: bool) -> list[str]:
    alone = len(found.events) - found.linked
    said = []
    if not found.events:
        said.append("This dataset holds no events.")
    elif not found.linked:
        said.append("Mentions of this dataset are not linked: each stands for an event of its own, told twice or not.")
    elif alone:
        said.append(f"{alone:,} mentions are linked to no event and stand for themselves.")
    if not with_text:
        said.append("Sentences are left out of this page; their places in the documents are kept.")
    return said


def _figures(found: Found) -> list[dict[str, Any]]:
    days = [day for event in found.events if (day := figures.day_of(event))]
    years = sorted({min(days).year, max(days).year}) if days else []
    classes = [event["event_class"] for event in found.events]
    countries = {country for event in found.events for country in figures.countries_of(event)}
    return [
        {"id": "events", "label": "events", "value": f"{len(found.events):,}"},
        {"id": "deals", "label": "deals", "value": f"{classes.count('deal'):,}"},
        {"id": "cooperation", "label": "cooperation", "value": f"{classes.count('cooperation'):,}"},
        {"id": "mentions", "label": "mentions", "value": f"{sum(event['n_mentions'] for event in found.events):,}"},
        {"id": "countries", "label": "countries and bodies", "value": f"{len(countries):,}"},
        {"id": "period", "label": "years", "value": " – ".join(map(str, years)) or "–"},
    ]
