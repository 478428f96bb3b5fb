"""Plans which temporary files become which committed file; the same files always give the same plan."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from schemas.arrow import file_schema
from schemas.records import WrittenFile
from transforms.write.names import dataset_of
from transforms.write.parquet import COMMIT_COLUMN, FILE_BYTES, FILE_ROWS

LARGE = 4
"""A file of at least one part in `LARGE` of the target size is moved as it is, not merged."""


@dataclasses.dataclass(frozen=True)
class Shard:
    """Temporary files that become the committed file number `number` of a folder."""

    folder: str
    number: int
    sources: tuple[WrittenFile, ...]

    def is_moved(self) -> bool:
        """Tell whether the one source can be moved as it is; a commit column to be filled says no."""
        return len(self.sources) == 1 and COMMIT_COLUMN not in file_schema(dataset_of(self.folder)).names


def plan_shards(files: Iterable[WrittenFile]) -> list[Shard]:
    """Return the committed files to be made of temporary ones; a file that is given twice counts once."""
    unique = {file.temporary: file for file in files}
    folders: dict[str, list[WrittenFile]] = {}
    for name in sorted(unique):
        folders.setdefault(unique[name].folder, []).append(unique[name])
    return [
        Shard(folder, number, sources)
        for folder in sorted(folders)
        for number, sources in enumerate(_pack(folders[folder]))
    ]


def _pack(files: Sequence[WrittenFile]) -> Iterator[tuple[WrittenFile, ...]]:
    small: list[WrittenFile] = []
    filled = 0.0
    for file in files:
        share = _share(file)
        if share * LARGE >= 1:
            yield (file,)
            continue
        if filled + share > 1:
            yield tuple(small)
            small, filled = [], 0.0
        small.append(file)
        filled += share
    if small:
        yield tuple(small)


def _share(file: WrittenFile) -> float:
    return max(file.rows / FILE_ROWS, file.bytes / FILE_BYTES)
