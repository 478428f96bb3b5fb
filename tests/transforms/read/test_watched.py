"""An input is given when it has settled, once for each state that it has."""

from transforms.read.watched import Step, settle

INTERVAL = 10.0


def given(*looks: tuple[int, int]) -> list[int]:
    """Return the times at which an input is given that is found at (time, state)."""
    before: Step | None = None
    times = []
    for now, state in looks:
        step, settled = settle(before, (state, 0), now, INTERVAL)
        before = before if step is None else step
        times += [now] if settled else []
    return times


def test_an_input_is_given_once_when_it_has_stayed_the_same() -> None:
    assert given((0, 1), (10, 1), (20, 1), (30, 1)) == [10]


def test_one_that_is_being_written_is_not() -> None:
    assert given((0, 1), (10, 2), (20, 3), (30, 3)) == [30]


def test_two_looks_in_a_row_do_not_make_it_settled() -> None:
    assert given((0, 1), (1, 1), (2, 1), (11, 1)) == [11]


def test_one_that_changes_is_given_again() -> None:
    assert given((0, 1), (10, 1), (20, 2), (30, 2), (40, 2)) == [10, 30]
