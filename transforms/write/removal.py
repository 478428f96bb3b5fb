"""Takes the old rows of changed inputs out of a dataset, within the commit that brings the new ones.

Committed files are never changed: those that hold such rows are written anew without them, and the commit replaces
them. Rows of documents that have stayed the same inside a changed input are left where they are.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.identity import doc_id
from schemas.records import WrittenFile
from transforms.write import storage
from transforms.write.commit import Change
from transforms.write.counts import add_counts, count_table
from transforms.write.manifest import list_files
from transforms.write.names import UNCHANGED
from transforms.write.replace import read_groups, write_tables

_BY_DOCUMENT = ("documents", "paragraphs", "mentions", "_signatures", "_vectors")


@dataclasses.dataclass(frozen=True)
class Removal:
    """What goes when a commit is done; can be sent to a worker.

    Attributes:
        root: The dataset.
        temporary: The commit's folder of temporary files, as a whole path.
        uris: What the changed inputs were called.
        known: A Parquet file with `doc_id` and `uri` of the documents that the dataset has of them.
        inputs: The commit's list of inputs, which becomes part of it.
    """

    root: str
    temporary: str
    uris: frozenset[str] = frozenset()
    known: str | None = None
    inputs: str | None = None

    def settle(self, files: Iterable[WrittenFile]) -> tuple[list[WrittenFile], Change]:
        """Return the files of rows among those written, and the change that removes what they do not confirm."""
        files = list(files)
        written = [file for file in files if file.folder != UNCHANGED]
        counts = add_counts(file.counts for file in files if file.folder == UNCHANGED)
        if self.known is None:
            return written, Change(counts=counts, inputs=self.inputs)
        same = {line for file in files if file.folder == UNCHANGED for line in _lines(file.temporary)}
        change = self._change(same)
        return written, dataclasses.replace(change, counts=counts, inputs=self.inputs)

    def _change(self, same: set[str]) -> Change:
        assert self.known is not None, "there is something to remove"
        known = pa.concat_tables(read_groups(self.known, ("doc_id", "uri")))
        stays = pc.is_in(known["doc_id"], pa.array(sorted(same), pa.string()))
        gone = known.filter(pc.invert(stays))["doc_id"].combine_chunks()
        staying = set(known.filter(stays)["uri"].to_pylist())
        replaces: list[str] = []
        ready: list[WrittenFile] = []
        removed: list[Mapping[str, int]] = []
        for file in list_files(self.root):
            hits = _Hits(gone, self.uris, staying)
            if file.rows and hits.any_in(f"{self.root}/{file.path}", file.dataset):
                folder = file.path.rsplit("/", 1)[0]
                replaces.append(file.path)
                ready += write_tables(self.temporary, folder, hits.kept(f"{self.root}/{file.path}", folder))
                removed += hits.counts
        return Change(replaces=replaces, ready=ready, removed=add_counts(removed))


def documents_of(root: str, uris: Mapping[str, str]) -> Iterator[pa.Table]:
    """Yield `doc_id`, `content_id` and `uri` of the documents that a dataset has of certain inputs.

    Args:
        root: The dataset.
        uris: The inputs: from what each was called to its canonical URI.
    """
    for file in list_files(root, "documents"):
        for table in read_groups(f"{root}/{file.path}", ("doc_id", "content_id", "uri")):
            rows = zip(table["uri"].to_pylist(), table["doc_id"].to_pylist(), strict=True)
            yield table.filter(pa.array([_is_of(uri, doc, uris) for uri, doc in rows], pa.bool_()))


def beginnings(uri: str) -> Iterator[str]:
    """Yield what may be the input's part of a document's URI, the longest first."""
    end = len(uri)
    while end >= 0:
        yield uri[:end]
        end = uri.rfind("#", 0, end)


def _is_of(uri: str, doc: str, uris: Mapping[str, str]) -> bool:
    """Tell whether a document is of one of some inputs; the id decides, for names of files may hold a `#`."""
    return any(start in uris and doc_id(uris[start] + uri[len(start) :]) == doc for start in beginnings(uri))


class _Hits:
    def __init__(self, gone: pa.Array, uris: frozenset[str], staying: set[str]) -> None:
        self._gone = gone
        self._uris = uris
        self._staying = staying
        self.counts: list[dict[str, int]] = []

    def any_in(self, path: str, dataset: str) -> bool:
        if dataset in _BY_DOCUMENT:
            tables = read_groups(path, ("doc_id",)) if len(self._gone) else iter(())
        elif dataset == "dead_letters":
            tables = read_groups(path, ("uri", "part", "stage"))
        else:
            return False
        return any(pc.any(self._mask(table)).as_py() for table in tables)

    def kept(self, path: str, folder: str) -> Iterator[pa.Table]:
        for table in read_groups(path):
            mask = self._mask(table)
            self.counts.append(count_table(folder, table.filter(mask)))
            yield table.filter(pc.invert(mask))

    def _mask(self, table: pa.Table) -> pa.Array:
        if "doc_id" in table.column_names:
            return pc.is_in(table["doc_id"], self._gone)
        columns = (table[name].to_pylist() for name in ("uri", "part", "stage"))
        return pa.array([self._goes(*row) for row in zip(*columns, strict=True)], pa.bool_())

    def _goes(self, uri: str, part: str | None, stage: str) -> bool:
        """Tell whether a dead letter goes; what a later stage said of a document that stays is not said again."""
        if part is not None and stage != "read" and uri in self._staying:
            return False
        return any(start in self._uris for start in beginnings(uri))


def write_known(path: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write tables to a Parquet file of a schema."""
    with storage.create(path) as handle, pq.ParquetWriter(handle, schema, compression="zstd") as writer:
        writer.write_table(schema.empty_table())
        for table in tables:
            writer.write_table(table.select(schema.names).cast(schema))


def _lines(path: str) -> Sequence[str]:
    return storage.read(path).decode().split()
