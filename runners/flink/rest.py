"""Asks a Flink cluster through its REST interface: what it is, what runs on it, and to stop a job with a savepoint."""

import json
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

from runners.interface import NotReadyError

_PATIENCE = 10.0
_BLINK = 0.5
RUNNING = ("CREATED", "INITIALIZING", "RUNNING", "RESTARTING", "FAILING", "CANCELLING", "RECONCILING")


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

    def checkpoints(self, job_id: str) -> dict[str, int]:
        """Return how many checkpoints of a job there were: completed, failed, restored ..."""
        return dict(self._get(f"/jobs/{job_id}/checkpoints")["counts"])

    def stop(self, job_id: str, *, folder: str | None = None, patience: float = 300.0) -> str:
        """Stop a streaming job with a savepoint and return where that lies; nothing is lost.

        Args:
            job_id: The job.
            folder: Where savepoints go; where the cluster is told to put them, if not given.
            patience: Seconds to wait.

        Raises:
            NotReadyError: If the savepoint fails.
        """
        asked = {"drain": False, **({"targetDirectory": folder} if folder else {})}
        trigger = self._call(f"/jobs/{job_id}/stop", asked)["request-id"]
        end = time.monotonic() + patience
        while time.monotonic() < end:
            told = self._get(f"/jobs/{job_id}/savepoints/{trigger}")
            if told["status"]["id"] == "COMPLETED":
                operation = told["operation"]
                if "location" in operation:
                    return str(operation["location"])
                cause = str(operation.get("failure-cause", {}).get("stack-trace", "")).splitlines()
                raise NotReadyError(f"the savepoint of {job_id} failed: {cause[0] if cause else 'no reason is given'}")
            time.sleep(_BLINK)
        raise NotReadyError(f"the savepoint of {job_id} is not there after {patience:g} s")

    def cancel(self, job_id: str) -> None:
        """Cancel a job at once, without a savepoint."""
        self._send("PATCH", f"/jobs/{job_id}?mode=cancel", b"")

    def _get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def _call(self, path: str, content: Mapping[str, Any]) -> Any:
        return self._send("POST", path, json.dumps(content).encode())

    def _send(self, method: str, path: str, body: bytes | None) -> Any:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data=body, headers=headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            return json.loads(answer.read() or b"{}")
