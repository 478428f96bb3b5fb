"""Asks a Flink cluster through its REST interface: what it is and what runs on it."""

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from runners.interface import NotReadyError

_PATIENCE = 10.0
_BLINK = 0.2
_AGAIN = 2.0
_COUNTER = re.compile(r"\.(read|split|extract|write|watch|stream)_(?!milliseconds)\w+$")
ENDED = ("FINISHED", "FAILED", "CANCELED")
"""States in which a job is over."""


class Rest:
    """One cluster.

    Args:
        address: `HOST:PORT` of its REST interface, with or without `http://`.
    """

    def __init__(self, address: str) -> None:
        self.base = address if "://" in address else f"http://{address}"

    def version(self) -> str:
        """Return Flink's version.

        Raises:
            NotReadyError: If no Flink answers there.
        """
        try:
            return str(self._get("/config")["flink-version"])
        except (OSError, ValueError, KeyError) as error:
            raise NotReadyError(
                f"no Flink answers at {self.base} ({error}): correct --flink-master, or start one by `make flink-up`"
            ) from error

    def task_managers(self) -> list[Mapping[str, Any]]:
        """Return the task managers that have registered; none if the job manager does not answer yet."""
        try:
            return list(self._get("/taskmanagers")["taskmanagers"])
        except (OSError, ValueError, KeyError):
            return []

    def jobs(self) -> dict[str, str]:
        """Return the states of all jobs by id."""
        return {job["id"]: job["status"] for job in self._get("/jobs")["jobs"]}

    def job(self, job_id: str) -> dict[str, Any]:
        """Return what is known of a job: its state, vertices and times."""
        return dict(self._get(f"/jobs/{job_id}"))

    def cancel(self, job_id: str) -> None:
        """End a job as it is."""
        self._ask(f"/jobs/{job_id}?mode=cancel", "PATCH")

    def counters(self, job_id: str) -> dict[str, int]:
        """Return what the stages of a job that runs have counted, as `stage_name`: Beam's counters, over all workers.

        Flink looks at its task managers every ten seconds, and forgets what a job that has ended had counted.
        """
        counted: dict[str, int] = {}
        for vertex in self.job(job_id)["vertices"]:
            path = f"/jobs/{job_id}/vertices/{vertex['id']}/subtasks/metrics"
            names = [one["id"] for one in self._get(path) if _COUNTER.search(one["id"])]
            if names:
                asked = urllib.parse.urlencode({"get": ",".join(names), "agg": "sum"})
                for one in self._get(f"{path}?{asked}"):
                    name = one["id"].rpartition(".")[2]
                    counted[name] = counted.get(name, 0) + round(one["sum"])
        return counted

    def stop_with_savepoint(self, job_id: str, patience: float = 120.0) -> str:
        """End a job with a savepoint, and return where that is when the job is over.

        Raises:
            NotReadyError: If no savepoint comes of it in so many seconds.
        """
        end = time.monotonic() + patience
        savepoint: str | None = None
        request: str | None = None
        why = "it took too long"
        while time.monotonic() < end and (savepoint is not None or self.job(job_id)["state"] not in ENDED):
            request = request or self._post(f"/jobs/{job_id}/stop", {"drain": False})["request-id"]
            try:
                savepoint = savepoint or self._savepoint(job_id, request)
            except NotReadyError as refused:  # while a job is starting, or starting again
                why, request = str(refused), None
                time.sleep(_AGAIN)
            if savepoint is not None and self.job(job_id)["state"] in ENDED:
                return savepoint
            time.sleep(_BLINK)
        raise NotReadyError(f"Flink at {self.base} made no savepoint of {job_id}: {why}")

    def _savepoint(self, job_id: str, request: str) -> str | None:
        told = self._get(f"/jobs/{job_id}/savepoints/{request}")
        if told["status"]["id"] != "COMPLETED":
            return None
        operation = told["operation"]
        if "location" in operation:
            return str(operation["location"])
        cause = operation.get("failure-cause", {})
        raise NotReadyError(str(cause.get("class", "no reason told")))

    def _post(self, path: str, content: Mapping[str, Any]) -> Any:
        return self._ask(path, "POST", json.dumps(content).encode())

    def _ask(self, path: str, method: str, content: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, content, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  (an address of http)
            return json.load(answer)

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.base + path, timeout=_PATIENCE) as answer:  # noqa: S310  (an address of http)
            return json.load(answer)
