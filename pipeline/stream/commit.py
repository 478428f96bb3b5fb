"""Commits what a stream has noted: each pane once, each input once, whatever the engine does again.

To be used by who holds the lock of the dataset. A note is deleted behind its commit; one that is found again after a
kill holds inputs that the dataset is done with, and comes to nothing.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.feed import told_if_full
from pipeline.known import Known, State
from schemas.arrow import file_schema
from schemas.identity import doc_id
from schemas.records import WrittenFile
from transforms.read.known import SCHEMA as KNOWN
from transforms.read.listed import Entry, hashes_of, read_list, write_list
from transforms.write import Manifest, storage
from transforms.write.commit import Change, Run, commit_files
from transforms.write.counts import add_counts
from transforms.write.manifest import read_manifest
from transforms.write.names import dataset_of, temporary_folder
from transforms.write.parquet import COMMIT_COLUMN
from transforms.write.removal import Removal, beginnings, documents_of, write_known
from transforms.write.replace import cleared_if_it_fails, read_groups, write_tables
from transforms.write.spool import Batch, Note, drop_note, note_paths, read_note


@dataclasses.dataclass(frozen=True)
class _Taken:
    """A batch, and which of its inputs are committed: all, or those that are called so (with their canonical URIs)."""

    batch: Batch
    uris: Mapping[str, str] | None


@dataclasses.dataclass
class Committer:
    """Turns notes into commits.

    Attributes:
        root: The dataset.
        options, versions: For the manifests.
        known: What the dataset is done with.
        manifests: Of the commits made.
        repeated: How many inputs were noted again and left out.
    """

    root: str
    options: Mapping[str, Any]
    versions: Mapping[str, Any]
    known: Known
    manifests: list[Manifest] = dataclasses.field(default_factory=list)
    repeated: int = 0

    def commit_all(self) -> Iterator[tuple[Note, Manifest]]:
        """Commit all notes that are there, and yield each with its manifest; notes that bring nothing are dropped.

        Raises:
            FullError: If no room is left.
        """
        for path in note_paths(self.root):
            note = read_note(path)
            with told_if_full(self.root):
                manifest = self._commit(note)
            drop_note(path, note)
            if manifest is not None:
                yield note, manifest

    def _commit(self, note: Note) -> Manifest | None:
        entries, taken = self._choose(note)
        if not entries:
            return None
        commit_id = self._free_id(note.window)
        temporary = f"{self.root}/{temporary_folder(commit_id)}"
        began = datetime.datetime.now(datetime.timezone.utc)
        options = {**self.options, "window": note.window, "pane": note.timing}
        run = Run(self.root, options, self.versions, began)
        with cleared_if_it_fails(temporary):
            change = self._change(temporary, commit_id, entries, taken)
            manifest = commit_files(run, commit_id, (), temporary=temporary, last=True, change=change)
        self.known.add(entries)
        self.manifests.append(manifest)
        return manifest

    def _choose(self, note: Note) -> tuple[list[Entry], list[_Taken]]:
        """Return the inputs that the dataset is not done with, and where their rows are; of one, its latest state."""
        lists = [list(read_list(batch.inputs)) for batch in note.batches]
        latest = {
            hashes_of(entry.listed)[0]: (number, position)
            for number, entries in enumerate(lists)
            for position, entry in enumerate(entries)
        }
        chosen: list[Entry] = []
        taken: list[_Taken] = []
        for number, entries in enumerate(lists):
            wanted = [
                self._standing(entry)
                for position, entry in enumerate(entries)
                if latest[hashes_of(entry.listed)[0]] == (number, position)
            ]
            fresh = [entry for entry in wanted if entry is not None]
            self.repeated += len(entries) - len(fresh)
            if fresh:
                whole = len(fresh) == len(entries)
                uris = None if whole else {entry.listed.uri: entry.canonical for entry in fresh}
                taken.append(_Taken(note.batches[number], uris))
                chosen += fresh
        return chosen, taken

    def _standing(self, entry: Entry) -> Entry | None:
        """Return an input with what it was called when it was read before, or None if it is as it was then."""
        standing = self.known.standing(entry.listed)
        if standing.state is State.DONE:
            return None
        return dataclasses.replace(entry, old_uri=standing.old_uri, told_anew=standing.old_uri is not None)

    def _free_id(self, name: str) -> str:
        """Return an id for a commit: a pane that is noted again after a failure may hold inputs that are new."""
        number, commit_id = 0, name
        while read_manifest(self.root, commit_id) is not None:
            number += 1
            commit_id = f"{name}-r{number}"
        return commit_id

    def _change(self, temporary: str, commit_id: str, entries: Sequence[Entry], taken: Sequence[_Taken]) -> Change:
        """Write the rows to new files, so that those of the note stay until the commit counts."""
        inputs = f"{temporary}/_inputs.parquet"
        with storage.create(inputs) as handle:
            write_list(handle, entries)
        ready = [
            file
            for folder, tables in _tables(taken, commit_id).items()
            for file in write_tables(temporary, folder, tables)
        ]
        _, change = self._removal(temporary, inputs, entries).settle(())
        return dataclasses.replace(
            change, ready=[*ready, *change.ready], counts=add_counts(file.counts for file in ready)
        )

    def _removal(self, temporary: str, inputs: str, entries: Sequence[Entry]) -> Removal:
        changed = {entry.old_uri: entry.canonical for entry in entries if entry.old_uri is not None}
        if not changed:
            return Removal(self.root, temporary, inputs=inputs)
        known = f"{temporary}/_known.parquet"
        old = (
            table.append_column("may_stay", pa.array([False] * table.num_rows, pa.bool_()))
            for table in documents_of(self.root, changed)
        )
        write_known(known, KNOWN, old)
        return Removal(self.root, temporary, uris=frozenset(changed), known=known, inputs=inputs)


def _tables(taken: Sequence[_Taken], commit_id: str) -> dict[str, Iterator[pa.Table]]:
    """Return by data folder the tables that are committed."""
    files: dict[str, list[tuple[WrittenFile, _Taken]]] = {}
    for one in taken:
        for file in one.batch.files:
            files.setdefault(file.folder, []).append((file, one))
    return {folder: _rows(folder, some, commit_id) for folder, some in sorted(files.items())}


def _rows(folder: str, files: Sequence[tuple[WrittenFile, _Taken]], commit_id: str) -> Iterator[pa.Table]:
    schema = file_schema(dataset_of(folder))
    for file, taken in files:
        documents = None if taken.uris is None else _documents(taken)
        for table in read_groups(file.temporary):
            kept = table if taken.uris is None else table.filter(_mask(table, taken.uris, documents or set()))
            if COMMIT_COLUMN in schema.names:
                column = pa.repeat(pa.scalar(commit_id, pa.string()), kept.num_rows)
                kept = kept.set_column(schema.get_field_index(COMMIT_COLUMN), schema.field(COMMIT_COLUMN), column)
            yield kept


def _documents(taken: _Taken) -> set[str]:
    """Return the ids of the documents of the inputs that are taken of a batch."""
    uris = taken.uris or {}
    found: set[str] = set()
    for file in taken.batch.files:
        if file.folder != "documents":
            continue
        for table in read_groups(file.temporary, ("doc_id", "uri")):
            rows = zip(table["doc_id"].to_pylist(), table["uri"].to_pylist(), strict=True)
            found.update(doc for doc, uri in rows if _is_of(uri, uris, doc))
    return found


def _is_of(uri: str, uris: Mapping[str, str], doc: str) -> bool:
    """Tell whether a document is of one of some inputs; the id decides, for names of files may hold a `#`."""
    return any(start in uris and doc_id(uris[start] + uri[len(start) :]) == doc for start in beginnings(uri))


def _mask(table: pa.Table, uris: Mapping[str, str], documents: set[str]) -> pa.Array:
    if "doc_id" in table.column_names:
        return pc.is_in(table["doc_id"], pa.array(sorted(documents), pa.string()))
    return pa.array([any(start in uris for start in beginnings(uri)) for uri in table["uri"].to_pylist()], pa.bool_())
