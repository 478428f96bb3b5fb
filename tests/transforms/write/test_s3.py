"""The commit through Beam's S3 filesystem, against a server of S3's interface on this machine."""

import io
import types
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from tests.transforms.write.samples import FOLDERS, STARTED, dead_letter, document, paragraph, some_rows, write
from transforms.write import (
    OutputError,
    check_output,
    commit_tables,
    list_files,
    one_writer,
    prepare_output,
    read_manifests,
    remove_dataset,
    rewritten,
    storage,
)
from transforms.write.commit import Run, commit_files
from transforms.write.counts import count_row
from transforms.write.names import folder_of
from transforms.write.parquet import RowFile

boto3 = pytest.importorskip("boto3", reason="needs the extra aws")
moto_server = pytest.importorskip("moto.server", reason="needs moto[server]")

ROOT = "s3://archive/news/out"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def options(server: str, monkeypatch: pytest.MonkeyPatch) -> PipelineOptions:
    """Options that lead to the server, and a bucket that is empty; one client for all, for each takes long to make."""
    names = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=server, **names)
    client.create_bucket(Bucket="archive")
    for item in client.list_objects_v2(Bucket="archive").get("Contents", []):
        client.delete_object(Bucket="archive", Key=item["Key"])
    monkeypatch.setattr(boto3.session, "Session", lambda: types.SimpleNamespace(client=lambda **_: client))
    flags = [f"--s3_endpoint_url={server}", "--s3_access_key_id=test", "--s3_secret_access_key=test"]
    options = PipelineOptions([*flags, "--s3_region_name=us-east-1"])
    monkeypatch.setattr(FileSystems, "_pipeline_options", options)
    return options


def keys() -> set[str]:
    return set(storage._match("s3://archive/**"))


def read(path: str) -> pa.Table:
    return pq.read_table(io.BytesIO(storage.read(f"{ROOT}/{path}")), partitioning=None)


def test_rows_are_committed_to_a_bucket(options: PipelineOptions) -> None:
    write(ROOT, some_rows(), options=options)
    FileSystems.set_options(options)
    assert keys() == {f"{ROOT}/{folder}/run-00000.parquet" for folder in FOLDERS} | {f"{ROOT}/_runs/run.json"}
    (manifest,) = read_manifests(ROOT)
    assert manifest.counts["inputs"] == 3
    assert {file.path: read(file.path).num_rows for file in list_files(ROOT)} == {
        f.path: f.rows for f in manifest.files
    }
    assert read("documents/run-00000.parquet")["commit_id"].to_pylist() == ["run", "run"]


def test_a_commit_that_died_between_renames_is_finished(
    options: PipelineOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for row in (document(0), document(1), paragraph(0), dead_letter()):
        file = RowFile(f"{ROOT}/_tmp-run", folder_of(row), count=count_row)
        file.add(row)
        files.append(file.close())
    run, real = Run(ROOT, {}, {}, STARTED), storage.rename

    def dying(pairs: Sequence[tuple[str, str]]) -> None:
        real(pairs[-2:])
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(storage, "rename", dying)
        with pytest.raises(RuntimeError, match="killed"):
            commit_files(run, "run", files, temporary=f"{ROOT}/_tmp-run", last=True)
    assert read_manifests(ROOT) == []
    commit_files(run, "run", files, temporary=f"{ROOT}/_tmp-run", last=True)
    assert len(list_files(ROOT)) == len(FOLDERS)
    assert read("documents/run-00000.parquet").num_rows == 2
    assert not any("_tmp-" in key for key in keys())


def test_a_rename_that_fails_raises(options: PipelineOptions) -> None:
    with pytest.raises(OSError, match="Rename operation failed"):
        storage.rename([(f"{ROOT}/nothing", f"{ROOT}/documents/run-00000.parquet")])


def test_a_dataset_in_a_bucket_grows_or_is_deleted_but_nothing_else_is(options: PipelineOptions) -> None:
    write(ROOT, some_rows(), options=options)
    FileSystems.set_options(options)
    storage.write("s3://archive/news/out-2/mine.txt", b"mine")
    storage.write(f"{ROOT}/mine.txt", b"mine")
    assert prepare_output(ROOT) == ROOT
    remove_dataset(ROOT)
    assert keys() == {"s3://archive/news/out-2/mine.txt", f"{ROOT}/mine.txt"}
    with pytest.raises(OutputError, match="no dataset of cordiale"):
        check_output(ROOT)


def test_files_in_a_bucket_are_replaced_and_the_remains_of_the_dead_deleted(options: PipelineOptions) -> None:
    write(ROOT, some_rows(), options=options)
    FileSystems.set_options(options)
    storage.write(f"{ROOT}/_tmp-died/_documents-x.parquet", b"died")
    storage.write(f"{ROOT}/documents/died-00000.parquet", b"died")
    with one_writer(ROOT) as root:
        (old,) = list_files(root, "paragraphs")
        tables = rewritten(root, old.path, lambda table: table.slice(1))
        commit_tables(root, {"paragraphs": tables}, replaces=[old.path], options={}, versions={}, commit_id="fewer")
    assert [file.rows for file in list_files(ROOT, "paragraphs")] == [2]
    files = {f"{ROOT}/{file.path}" for file in list_files(ROOT)}
    assert keys() == files | {f"{ROOT}/_runs/run.json", f"{ROOT}/_runs/fewer.json"}
