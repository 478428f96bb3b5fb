import os

import pytest

from pipeline.processes import on_all_processors


class Multiplier:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, number):
        return number * self.factor, os.getpid()


@pytest.mark.parametrize("processors", [1, 2])
def test_answers_come_in_the_order_of_the_tasks(monkeypatch, processors):
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    with on_all_processors(Multiplier, 3) as multiplied:
        products, processes = zip(*multiplied(range(40)), strict=True)
    assert products == tuple(range(0, 120, 3))
    assert (os.getpid() in processes) == (processors == 1)


def test_a_fault_in_a_process_reaches_the_caller(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with on_all_processors(Multiplier, None) as multiplied, pytest.raises(TypeError):
        list(multiplied([1]))
