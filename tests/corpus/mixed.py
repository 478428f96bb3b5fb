"""A folder that mixes every format, good and broken: `python -m tests.corpus.mixed FOLDER`."""

import pathlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

from tests.corpus import articles, hostile

_EACH = 5
"""Files of each format of one document."""
_RECORDS = 20
"""Documents in each container."""


class Mixed(NamedTuple):
    """What a folder holds.

    Attributes:
        good: How many documents it must give by file name.
        bad: The reason of each dead letter by what follows the folder in its URI.
    """

    good: dict[str, int]
    bad: dict[str, str]


def write(folder: pathlib.Path) -> Mixed:
    """Write the files into a folder and return what must come out."""
    good: dict[str, int] = {}
    number = 0
    for suffix, make in articles.SINGLE.items():
        for index in range(_EACH):
            name = f"{suffix.replace('.', '-')}-{index}.{suffix}"
            (folder / name).write_bytes(make(articles.story(number)))
            good[name] = 1
            number += 1
    for suffix, make_many in articles.MANY.items():
        name = f"many.{suffix}"
        (folder / name).write_bytes(make_many([articles.story(number + index) for index in range(_RECORDS)]))
        good[name] = _RECORDS
        number += _RECORDS
    return Mixed(good, {f"{file.name}{file.key}": file.reason for file in hostile.write(folder)})


def main(arguments: Sequence[str]) -> None:
    """Write the files into the folder that is named."""
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    made = write(folder)
    print(f"{sum(made.good.values())} documents in {len(made.good)} files, {len(made.bad)} broken ones, in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
