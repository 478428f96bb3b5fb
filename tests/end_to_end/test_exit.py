"""How a command leaves: all that was printed and registered is done, and Python is not taken apart."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

CODE = """
import atexit, sys, threading, time
from cordiale import __main__
from pipeline.cli import main as cli

def work():
    time.sleep(0.2)
    print("a thread's")

class Heavy:
    def __del__(self):
        print("taken apart")

def command():
    global heavy
    heavy = Heavy()
    atexit.register(print, "another's", end="")
    threading.Thread(target=work).start()
    print("the command's")
    {last}

cli.main = command
sys.exit(__main__.main())
"""


def left(last: str, *, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    code = CODE.format(last=last)
    command = [sys.executable, "-c", code]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


@pytest.mark.parametrize(
    ("last", "code"),
    [("return 0", 0), ("return 3", 3), ("sys.exit(2)", 2), ("sys.exit()", 0), ("raise ValueError('broken')", 1)],
)
def test_threads_and_what_others_registered_end_before_the_process(last: str, code: int) -> None:
    done = left(last)
    assert (done.returncode, done.stdout) == (code, "the command's\na thread's\nanother's")
    assert ("ValueError: broken" in done.stderr) == (code == 1)


def test_an_interrupted_command_waits_for_no_thread() -> None:
    done = left("return 130")
    assert (done.returncode, done.stdout) == (130, "the command's\n")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_output_that_is_lost_is_a_failure() -> None:
    with open("/dev/full", "w") as full:
        assert left("return 0", stdout=full.fileno()).returncode == 120
