import pytest

from pipeline.calibration import expected_error, reliability, table


def test_confidence_that_holds_has_no_error():
    predictions = [(0.75, True)] * 3 + [(0.75, False)]
    assert expected_error(predictions) == pytest.approx(0.0)


def test_the_error_weighs_bins_by_what_they_hold():
    predictions = [(0.95, False)] * 3 + [(0.05, False)]
    assert expected_error(predictions) == pytest.approx((3 * 0.95 + 0.05) / 4)


def test_certainty_falls_into_the_last_bin():
    (only,) = reliability([(1.0, True), (0.93, True)])
    assert (only.low, only.count, only.right) == (0.9, 2, 1.0)


def test_a_table_has_a_line_for_each_bin():
    assert len(table([(0.1, False), (0.9, True)]).splitlines()) == 4


def test_nothing_has_no_error():
    assert expected_error([]) == 0.0
