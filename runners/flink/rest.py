"""Asks a Flink cluster through its REST interface: what it is and what runs on it."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from runners.interface import NotReadyError

_PATIENCE = 10.0


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

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.base + path, timeout=_PATIENCE) as answer:  # noqa: S310  (an address of http)
            return json.load(answer)
