"""What a process that parses hostile bytes may do: read its input, use its temporary folder and some memory. No more.

Readers have protections of their own (no network for lxml, no entities, no pickles). This is the wall behind them:
hooks of the interpreter that refuse sockets, other programs, files elsewhere and classes out of pickles, whoever asks
for them.
"""
# The hook sees every file that is opened, and pathlib opens and looks at files.
# ruff: noqa: PTH118, PTH120

import os
import sys
import sysconfig
import tempfile
from typing import Any, Final

_NEVER: Final = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.spawn",
    "os.link",
    "os.symlink",
    "pty.",
    "ftplib.",
)
_CHANGES: Final = frozenset(
    f"os.{change}" for change in ("chmod", "chown", "mkdir", "remove", "rename", "rmdir", "truncate", "utime")
)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SYSTEM: Final = ("/dev/null", "/dev/urandom", "/usr/share/zoneinfo", "/etc/localtime", "/etc/mime.types")


class ForbiddenError(PermissionError):
    """Something that no reader has to do."""


class Confinement:
    """Refuses, once it is in force, what reading does not need; it cannot be lifted in this process again."""

    def __init__(self) -> None:
        self._temporary = os.path.realpath(tempfile.gettempdir())
        self._roots = (*_code_folders(), self._temporary, *_SYSTEM)
        self._input: str | None = None

    def allow(self, path: str) -> None:
        """Allow one file to be read, and no longer the one before."""
        self._input = os.path.abspath(path)

    def enforce(self) -> None:
        """Put it in force."""
        sys.addaudithook(self._check)

    def _check(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            self._check_open(*args)
        elif event.startswith(_NEVER):
            raise ForbiddenError(f"a reader tried {event}")
        elif event == "pickle.find_class":
            raise ForbiddenError(f"a reader tried to load {args[0]}.{args[1]} from a pickle")
        elif event in _CHANGES:
            self._check_change(event, [args[0], args[1]] if event == "os.rename" else [args[0]])

    def _check_change(self, event: str, paths: list[Any]) -> None:
        for path in paths:
            if not self._is_below(path, (self._temporary,)):
                raise ForbiddenError(f"a reader tried {event} of {path}")

    def _check_open(self, path: Any, _: Any, flags: Any) -> None:
        if isinstance(path, int) or path is None:
            return
        writes = isinstance(flags, int) and bool(flags & _WRITING)
        where = os.path.abspath(os.fsdecode(path))
        allowed = (self._temporary,) if writes else self._roots
        if not self._is_below(where, allowed) and (writes or where != self._input):
            raise ForbiddenError(f"a reader tried to open {where}")

    @staticmethod
    def _is_below(path: Any, folders: tuple[str, ...]) -> bool:
        where = os.path.abspath(os.fsdecode(path)) if not isinstance(path, int) else ""
        return any(where == folder or where.startswith(folder.rstrip("/") + "/") for folder in folders)


def _code_folders() -> tuple[str, ...]:
    """Return where modules and their data lie."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    packages = [os.path.join(here, name) for name in ("schemas", "transforms", "cordiale")]
    libraries = {*sysconfig.get_paths().values(), *(path for path in sys.path if path.endswith("-packages"))}
    return (*packages, *sorted(libraries | {sysconfig.get_config_var("LIBDIR") or sys.prefix}))


def limit_memory(most: int) -> None:
    """Let the process take so many bytes at most, where the system can do so."""
    try:
        import resource  # noqa: PLC0415  (not on every system)

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return
