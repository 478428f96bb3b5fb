"""The house keeps its order: imports point leftwards in schemas ← transforms ← runners ← pipeline ← cordiale."""

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
LAYERS = ("schemas", "transforms", "runners", "pipeline", "cordiale")
HEAVY = ("apache_beam", "spacy", "pyarrow", "rich")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))

ALLOWED = {("pipeline", "cordiale")}
"""The command line tells the version, which `cordiale/__init__.py` holds and which imports nothing."""


def imported(path: pathlib.Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_leftwards(path: pathlib.Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    right = {name for name in LAYERS[LAYERS.index(layer) + 1 :] if (layer, name) not in ALLOWED}
    assert not imported(path) & right


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_say_why_they_exist(path: pathlib.Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def loaded_after(*arguments: str) -> set[str]:
    code = (
        "import contextlib, io, sys\n"
        "from pipeline.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({list(arguments)!r})\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["show", "--help"], ["--version"], ["run"]])
def test_help_and_bad_usage_load_nothing_heavy(arguments: list[str]) -> None:
    assert not loaded_after(*arguments) & set(HEAVY)


def test_schema_needs_neither_beam_nor_spacy() -> None:
    assert not loaded_after("schema") & {"apache_beam", "spacy"}


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, cordiale; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & set(HEAVY)


PARSERS = ("docx", "feedparser", "markdown_it", "pypdf", "trafilatura", "warcio")


def test_only_the_process_that_parses_loads_parsers() -> None:
    code = (
        "import sys, pipeline.execute\n"
        "from transforms.read.registry import load_libraries\n"
        f"print(*set(sys.modules) & set({PARSERS}))\n"
        "load_libraries()\n"
        f"print(*set(sys.modules) & set({PARSERS}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    before, after = done.stdout.splitlines()
    assert not before
    assert set(after.split()) == set(PARSERS)


def test_lock_names_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text
