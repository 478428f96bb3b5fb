"""Finds Java and says in one sentence what is wrong with it."""

import os
import pathlib
import re
import shutil
import subprocess

from runners.interface import NotReadyError

OLDEST, NEWEST = 11, 21
"""The versions that Flink 1.19 runs on."""

_MODULES = (
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.text",
    "java.base/java.time",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/java.util.concurrent.locks",
    "java.base/sun.net.util",
)
OPENED = tuple(f"--add-opens={module}=ALL-UNNAMED" for module in _MODULES)
"""What Flink's own scripts open for reflection."""
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


def find_java() -> str:
    """Return the path of a Java that Flink runs on: that of JAVA_HOME, else the first in PATH.

    Raises:
        NotReadyError: If there is none, or one of another version.
    """
    home = os.environ.get("JAVA_HOME")
    named = pathlib.Path(home, "bin", "java") if home else None
    if named is not None and not named.is_file():
        raise NotReadyError(f"JAVA_HOME is {home}, but there is no bin/java in it: correct or unset it")
    java = str(named) if named else shutil.which("java")
    if java is None:
        raise NotReadyError(
            "Flink needs Java, and there is none in PATH: install Java 17 (Debian: openjdk-17-jre-headless)"
        )
    version = _version(java)
    if not OLDEST <= version <= NEWEST:
        raise NotReadyError(
            f"Flink needs Java {OLDEST} to {NEWEST}, but {java} is Java {version}: set JAVA_HOME to another"
        )
    return java


def _version(java: str) -> int:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise NotReadyError(f"{java} does not run ({error}): set JAVA_HOME to a Java {OLDEST} to {NEWEST}") from error
    found = _VERSION.search(told.stderr + told.stdout)
    if found is None:
        raise NotReadyError(f"{java} does not tell its version: set JAVA_HOME to a Java {OLDEST} to {NEWEST}")
    return int(found[1])
