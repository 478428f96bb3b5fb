"""The Flink runner says in one line what is missing or wrong, before anything is started."""

import http.server
import json
import pathlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from apache_beam.portability.api import beam_fn_api_pb2

from runners import flink
from runners.flink import packages, processes
from runners.flink.java import find_java
from runners.flink.pool import _Pool
from runners.flink.processes import free_port
from runners.interface import NotReadyError, Request


@pytest.fixture
def java(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Put a Java of version 17 into JAVA_HOME that can do nothing but tell its version."""
    return fake_java(tmp_path, monkeypatch, "17.0.9")


def fake_java(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, version: str) -> pathlib.Path:
    java = folder / "jdk" / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", "utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(java.parents[1]))
    return java


@pytest.fixture
def installed(java: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Pretend that engines are installed: the check looks at names alone."""
    monkeypatch.setenv("CORDIALE_ENGINES", str(tmp_path / "engines"))
    jars = tmp_path / "engines" / f"flink-{packages.FLINK_LIBRARIES}" / "pyflink" / "lib"
    libraries = tmp_path / "engines" / f"job-server-{packages.FLINK}-libraries"
    beam = ("beam-runners-flink-x.jar", "beam-sdks-java-io-kafka-x.jar")
    for folder, names in ((jars, ("flink-dist-x.jar", "log4j-x.jar")), (libraries, beam)):
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).touch()
    return tmp_path


@pytest.fixture
def answering() -> Iterator[str]:
    """Serve what a Flink of another version answers."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"flink-version": "2.2.1"}).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def at(master: str, *more: str) -> Request:
    return Request(beam_args=(f"--flink_master={master}", *more))


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReadyError, match="install Java 17"):
        flink.check(Request())


@pytest.mark.parametrize("version", ["1.8.0_402", "25"])
def test_a_java_of_another_version_is_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    fake_java(tmp_path, monkeypatch, version)
    with pytest.raises(NotReadyError, match=r"Flink needs Java 11 to 21, but .* set JAVA_HOME"):
        find_java()


def test_without_engines_it_says_how_to_install_them(
    java: pathlib.Path, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setenv("CORDIALE_ENGINES", str(tmp_path / "none"))
    with pytest.raises(NotReadyError, match="make engines"):
        flink.check(Request())


def test_a_job_server_of_the_users_must_be_there(java: pathlib.Path) -> None:
    with pytest.raises(NotReadyError, match="there is no job server at /no/such"):
        flink.check(Request(beam_args=("--flink_job_server_jar=/no/such.jar",)))


def test_what_is_installed_is_enough_for_the_embedded_flink(installed: pathlib.Path) -> None:
    flink.check(Request())
    flink.check(at("[local]", "--checkpointing_interval=1000"))


@pytest.mark.parametrize("master", ["localhost", "localhost:flink", "localhost:99999", ":8081"])
def test_an_address_of_another_form_is_refused(installed: pathlib.Path, master: str) -> None:
    with pytest.raises(NotReadyError, match="neither HOST:PORT nor"):
        flink.check(at(master))


def test_where_no_flink_answers_it_says_how_to_start_one(installed: pathlib.Path) -> None:
    with pytest.raises(NotReadyError, match=r"no Flink answers at .* `make flink-up`"):
        flink.check(at(f"127.0.0.1:{free_port()}"))


def test_a_flink_of_another_version_is_refused(installed: pathlib.Path, answering: str) -> None:
    with pytest.raises(NotReadyError, match=r"is 2\.2\.1, but the job server here is for 1\.19"):
        flink.check(at(answering))


def test_options_that_neither_beam_nor_its_job_server_knows_are_refused(installed: pathlib.Path) -> None:
    with pytest.raises(NotReadyError, match="--nope"):
        flink.check(at("[local]", "--nope=1"))


class Caller:
    """A task manager, as a pool sees it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def peer(self) -> str:
        return self.address


def test_workers_of_one_name_are_ended_by_whose_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleeper(*_: object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    monkeypatch.setattr(processes, "start", sleeper)
    workers = _Pool(None)
    one: Any = Caller("ipv4:127.0.0.1:1")
    other: Any = Caller("ipv4:127.0.0.1:2")
    for caller in (one, other):
        workers.StartWorker(beam_fn_api_pb2.StartWorkerRequest(worker_id="1-1"), caller)
    first, second = workers._workers.values()
    workers.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id="1-1"), one)
    assert first.poll() is not None
    assert second.poll() is None
    workers.close()
    assert second.poll() is not None
