import pytest

from pipeline.reach import main, reached
from transforms.extract.interface import Decision


def candidate(start, end, event_class="deal", *, kept=False):
    return Decision(0, 100, start, end, event_class, "sale", "give", kept, "unlikely")


def record(start, end, event_class="deal", **more):
    return {"class": event_class, "type": "sale", "spans": [(start, end)], "parties": [], **more}


def test_a_candidate_that_was_dropped_reaches_a_record():
    assert reached([record(10, 14)], [candidate(12, 16)]) == 1


def test_another_class_or_another_place_reaches_nothing():
    assert reached([record(10, 14)], [candidate(12, 16, "cooperation"), candidate(20, 24)]) == 0


def test_one_candidate_reaches_one_record():
    assert reached([record(10, 14), record(12, 20)], [candidate(12, 16)]) == 1
    assert reached([record(10, 14), record(12, 20)], [candidate(12, 16), candidate(10, 14)]) == 2


def test_optional_records_are_not_counted():
    assert reached([record(10, 14, optional=True)], [candidate(12, 16)]) == 0


def test_the_share_is_printed_for_each_set(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("Peru sold two ferries to Chile on Monday. Nobody bought the old dock.\n", "utf-8")
    (tmp_path / "mine.yaml").write_text(
        "- doc: a.txt\n  events:\n"
        "  - {class: deal, type: sale, t: [sold], q: Peru sold two ferries, parties: []}\n"
        "  - {class: deal, type: sale, t: [dock], q: the old dock, parties: []}\n"
    )
    assert main([str(tmp_path / "mine.yaml"), str(tmp_path)]) == 0
    assert "mine.yaml: 2 required records, 1 with a candidate (0.500)" in capsys.readouterr().out


def test_annotations_without_documents_are_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path / "mine.yaml")])
    assert "in pairs" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([str(tmp_path / "mine.yaml"), str(tmp_path)])
    assert "mine.yaml" in capsys.readouterr().err
