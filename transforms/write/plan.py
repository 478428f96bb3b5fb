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
    """Temporary files that become the committed file number `number` of a folder; `is_ready` if as they are."""

    folder: str
    number: int
    sources: tuple[WrittenFile, ...]
    is_ready: bool = False

    def is_moved(self) -> bool:
        """Tell whether the one source can be moved as it is; a commit column to be filled says no."""
        return self.is_ready or (
            len(self.sources) == 1 and COMMIT_COLUMN not in file_schema(dataset_of(self.folder)).names
        )


def plan_shards(files: Iterable[WrittenFile], ready: Iterable[WrittenFile] = ()) -> list[Shard]:
    """Return the committed files to be made of temporary ones; a file that is given twice counts once.

    Args:
        files: Files of rows as bundles wrote them.
        ready: Files that are moved as they are, each after those of its folder that are merged.
    """
    merged, moved = _by_folder(files), _by_folder(ready)
    shards = []
    for folder in sorted({*merged, *moved}):
        packs = list(_pack(merged.get(folder, ())))
        shards += [Shard(folder, number, sources) for number, sources in enumerate(packs)]
        shards += [
            Shard(folder, number, (file,), is_ready=True)
            for number, file in enumerate(moved.get(folder, ()), start=len(packs))
        ]
    return shards


def _by_folder(files: Iterable[WrittenFile]) -> dict[str, list[WrittenFile]]:
    unique = {file.temporary: file for file in files}
    folders: dict[str, list[WrittenFile]] = {}
    for name in sorted(unique):
        folders.setdefault(unique[name].folder, []).append(unique[name])
    return folders


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
