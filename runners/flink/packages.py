"""What Flink consists of: Flink's libraries from PyPI, Beam's job server from Maven Central, kept in a cache.

Of the job server there are two forms. Beam's own is one jar (`beam-runners-flink-1.19-job-server`), of the same version
as Beam. Mirrors of Maven Central that leave out large files lack it; then it is put together from its libraries
(`pom.xml`), in the newest version of which all were found on such a mirror. `install` says which of the two it takes.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import apache_beam

from runners.flink.java import find_java
from runners.interface import NotReadyError

FLINK = "1.19"
FLINK_LIBRARIES = "1.19.3"
ARTIFACT = f"org.apache.beam:beam-runners-flink-{FLINK}-job-server:{apache_beam.__version__}"
HINT = "`make engines` installs it (python -m runners.flink install)"
DRIVER = "org.apache.beam.runners.flink.FlinkJobServerDriver"
_POM = pathlib.Path(__file__).with_name("pom.xml")
_BEAM = ("beam-runners-flink", "beam-sdks-java-io-kafka")
_NEEDED = ("flink-dist", "log4j")
"""Of Flink's libraries: all but those for tables, which cost time at each start."""


def cache() -> pathlib.Path:
    """Return the folder for engines: $CORDIALE_ENGINES, else one among the user's caches."""
    named = os.environ.get("CORDIALE_ENGINES")
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(named) if named else pathlib.Path(base, "cordiale", "engines")


def flink_classpath() -> list[str]:
    """Return the jars of Flink.

    Raises:
        NotReadyError: If they are not installed.
    """
    folder = _flink_folder() / "pyflink" / "lib"
    jars = [str(jar) for jar in sorted(folder.glob("*.jar")) if jar.name.startswith(_NEEDED)]
    if not any("flink-dist" in jar for jar in jars):
        raise NotReadyError(f"Flink {FLINK_LIBRARIES} is not in {folder}: {HINT}")
    return jars


def job_server_command(jar: str | None = None) -> list[str]:
    """Return what `java` is to be called with for the job server: a class path, or the jar.

    Args:
        jar: A job server of the user's own.

    Raises:
        NotReadyError: If there is none.
    """
    if jar is not None:
        if not pathlib.Path(jar).is_file():
            raise NotReadyError(f"there is no job server at {jar}: correct --flink_job_server_jar")
        return ["-jar", jar]
    own = _jar()
    if own.is_file():
        return ["-jar", str(own)]
    libraries = _libraries()
    if not all(any(libraries.glob(f"{name}-*.jar")) for name in _BEAM):
        raise NotReadyError(f"Beam's job server for Flink {FLINK} is not in {cache()}: {HINT}")
    return ["-cp", os.pathsep.join([f"{libraries}/*", *flink_classpath()]), DRIVER]


def install() -> None:
    """Install what is missing, and say what is done.

    Raises:
        NotReadyError: If Java or Maven is missing, or nothing can be fetched.
    """
    find_java()
    cache().mkdir(parents=True, exist_ok=True)
    _install_flink()
    _install_job_server()


def _install_flink() -> None:
    try:
        flink_classpath()
    except NotReadyError:
        package = f"apache-flink-libraries=={FLINK_LIBRARIES}"
        _say(f"Flink: {package} goes to {_flink_folder()}")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--upgrade"]
        _call([*pip, "--target", str(_flink_folder()), package])


def _install_job_server() -> None:
    try:
        job_server_command()
    except NotReadyError:
        mvn = shutil.which("mvn")
        if mvn is None:
            raise NotReadyError(
                f"Maven is not installed (Debian: maven): install it, or fetch {ARTIFACT} from Maven Central yourself "
                f"and put it at {_jar()}"
            ) from None
        _say(f"job server: {ARTIFACT}")
        if not _fetch_jar(mvn):
            _say("job server: Maven does not find that jar; taking its libraries one by one (runners/flink/pom.xml)")
            _fetch_libraries(mvn)


def _fetch_jar(mvn: str) -> bool:
    get = [mvn, "-B", "-q", "dependency:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"]
    if subprocess.run(get, capture_output=True, check=False).returncode:  # noqa: S603
        return False
    copy = [mvn, "-B", "-q", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={cache()}"]
    return not subprocess.run(copy, capture_output=True, check=False).returncode  # noqa: S603


def _fetch_libraries(mvn: str) -> None:
    fresh = _libraries().with_suffix(".part")
    shutil.rmtree(fresh, ignore_errors=True)
    copy = [mvn, "-B", "-q", "-f", str(_POM), "-Dmaven.artifact.threads=10", "dependency:copy-dependencies"]
    _call([*copy, "-DincludeScope=runtime", f"-DoutputDirectory={fresh}"])
    shutil.rmtree(_libraries(), ignore_errors=True)
    fresh.rename(_libraries())


def _flink_folder() -> pathlib.Path:
    return cache() / f"flink-{FLINK_LIBRARIES}"


def _jar() -> pathlib.Path:
    return cache() / f"beam-runners-flink-{FLINK}-job-server-{apache_beam.__version__}.jar"


def _libraries() -> pathlib.Path:
    return cache() / f"job-server-{FLINK}-libraries"


def _call(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise NotReadyError(f"{pathlib.Path(command[0]).name} failed: {lines[0] if lines else done.stderr[-300:]}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  (installing talks)
