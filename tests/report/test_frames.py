import os
import pathlib
import re
import subprocess
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cordiale
from benchmarks.made_up import make_up, write_rows
from pipeline.errors import UsageError
from tests.conftest import ROOT


def test_frames_hold_the_rows_of_the_dataset(linked_dataset: pathlib.Path) -> None:
    dataset = cordiale.load(str(linked_dataset))
    assert isinstance(dataset.events, pd.DataFrame)
    assert len(dataset.events) == 300
    assert set(dataset.mentions["event_class"]) == {"deal", "cooperation"}
    assert set(dataset.mentions["doc_id"]) == set(dataset.documents["doc_id"]) == set(dataset.paragraphs["doc_id"])
    assert dataset.dead_letters.empty


@pytest.mark.parametrize(("frames", "kind"), [("polars", pl.DataFrame), ("arrow", pa.Table), ("pandas", pd.DataFrame)])
def test_frames_are_of_the_wanted_kind(linked_dataset: pathlib.Path, frames: str, kind: type) -> None:
    dataset = cordiale.load(str(linked_dataset), frames=frames)
    assert isinstance(dataset.mentions, kind)
    assert isinstance(dataset.sql("select 1 as one"), kind)


def test_sql_sees_every_dataset_as_a_view(linked_dataset: pathlib.Path) -> None:
    dataset = cordiale.load(linked_dataset)
    joined = dataset.sql(
        "select count(*) as n from (select event_id, unnest(mention_ids) as mention_id from events)"
        " join mentions using (mention_id) join documents using (doc_id) where event_class in ('deal', 'cooperation')"
    )
    assert joined["n"][0] == len(dataset.mentions)


def test_only_files_of_committed_runs_count(linked_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    write_rows(tmp_path / "out", iter(next(make_up(1)).rows()))
    stray = next((linked_dataset / "events").glob("*.parquet"))
    (tmp_path / "out" / "events" / "other-00000.parquet").write_bytes(stray.read_bytes())
    dataset = cordiale.load(tmp_path / "out")
    assert len(dataset.events) == dataset.sql("select count(*) as n from events")["n"][0] == 1


def test_evidence_marks_the_sentences(samples_dataset: pathlib.Path) -> None:
    evidence = cordiale.load(samples_dataset).evidence(event_type="sale", limit=3)
    page = evidence._repr_html_()
    assert len(evidence) == 3
    assert {mention["event_type"] for mention in evidence.mentions} == {"sale"}
    for mention in evidence.mentions:
        assert re.search(rf'<mark class="[a-z ]*trigger[^>]*><bdi>{re.escape(mention["trigger"])}</bdi></mark>', page)


def test_a_dataset_shows_itself(linked_dataset: pathlib.Path) -> None:
    dataset = cordiale.load(linked_dataset)
    assert "300 events" in repr(dataset)
    assert "<mark" in dataset._repr_html_()


def test_mistakes_are_told(linked_dataset: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="frames must be one of pandas, polars, arrow"):
        cordiale.load(linked_dataset, frames="excel")
    with pytest.raises(UsageError, match="mentions have no column colour"):
        cordiale.load(linked_dataset).evidence(colour="red")
    with pytest.raises(UsageError, match="holds no dataset"):
        cordiale.load(tmp_path)


def test_the_example_notebook_runs(tmp_path: pathlib.Path) -> None:
    notebook = tmp_path / "look.ipynb"
    notebook.write_bytes((ROOT / "examples" / "look.ipynb").read_bytes())
    code = (
        "import nbclient, nbformat, sys\n"
        "notebook = nbformat.read(sys.argv[1], 4)\n"
        "where = {'metadata': {'path': sys.argv[2]}}\n"
        "nbclient.NotebookClient(notebook, timeout=300, kernel_name='python3', resources=where).execute()\n"
        "nbformat.write(notebook, sys.argv[1])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path)}
    environment.pop("OUT", None)
    command = [sys.executable, "-c", code, str(notebook), str(ROOT / "examples")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    shown = notebook.read_text("utf-8")
    assert "cordiale-evidence" in shown
    assert shown.count('"output_type": "execute_result"') >= 5


def test_the_example_notebook_is_stored_without_outputs() -> None:
    assert '"outputs": []' in (text := (ROOT / "examples" / "look.ipynb").read_text("utf-8"))
    assert "execute_result" not in text
