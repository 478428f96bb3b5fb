"""The templates and files that pages are made of. All values are escaped, and misleading characters made visible."""

import functools
import pathlib
from typing import Any

import jinja2
from markupsafe import Markup

from pipeline.report.text import visible

_HERE = pathlib.Path(__file__).parent


@functools.cache
def environment() -> jinja2.Environment:
    """Return the environment of all templates."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
    )


def asset(name: str) -> str:
    """Return a style sheet or script of this package."""
    return (_HERE / "assets" / name).read_text("utf-8")


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
