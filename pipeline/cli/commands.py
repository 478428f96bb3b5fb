"""The subcommands. To add one, write a module with what `Command` asks for and name it here."""

import argparse
from typing import Protocol

from pipeline.cli import (
    compact,
    dead_letters,
    explain,
    export,
    files,
    link,
    ontology,
    plot,
    report,
    retry,
    run,
    schema,
    show,
    sql,
    stream,
    watch,
)


class Command(Protocol):
    """A module of a subcommand. It must be cheap to import: what is heavy is imported in `execute`."""

    SUMMARY: str
    """One line for `cordiale --help`."""
    EXAMPLES: str
    """Examples for `cordiale COMMAND --help`."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the subcommand's arguments."""
        ...

    def execute(self, args: argparse.Namespace) -> int:
        """Carry the subcommand out and return the exit code."""
        ...


COMMANDS: dict[str, Command] = {
    "run": run,
    "watch": watch,
    "stream": stream,
    "retry": retry,
    "compact": compact,
    "show": show,
    "report": report,
    "plot": plot,
    "dead-letters": dead_letters,
    "link": link,
    "sql": sql,
    "export": export,
    "files": files,
    "schema": schema,
    "explain": explain,
    "ontology": ontology,
}
