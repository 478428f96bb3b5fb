"""What stages have counted becomes a line for each."""

from pipeline.stages import stage_lines

COUNTED = {
    "read.documents": 1_200,
    "read.bytes": 34_000,
    "read.milliseconds": 2_400,
    "read.dead_letters_empty": 3,
    "read.dead_letters_not_english": 1,
    "extract.documents": 1_200,
    "extract.words": 90_000,
    "extract.milliseconds": 61_000,
    "write.rows_documents": 1_200,
    "write.rows_mentions": 300,
    "write.files": 4,
}


def test_each_stage_is_a_line_with_elements_time_and_what_it_left_out() -> None:
    assert list(stage_lines(COUNTED)) == [
        "  read     1,200 documents, 34,000 bytes in 2.4 s; left out: 3 empty, 1 not_english",
        "  extract  1,200 documents, 90,000 words in 61.0 s",
        "  write    1,500 rows, 4 files",
    ]


def test_a_run_that_counted_nothing_has_no_lines() -> None:
    assert not list(stage_lines({}))
