"""The public names of the project. They are imported when first used, so that a plain `import cordiale` stays cheap."""

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "DATASETS": "schemas.arrow",
    "Document": "schemas.records",
    "ExtractMentions": "transforms.extract.ptransforms",
    "Extractor": "transforms.extract.interface",
    "ExtractorOptions": "transforms.extract.interface",
    "Mention": "schemas.records",
    "ReadDocuments": "transforms.read",
    "RunOptions": "pipeline.options",
    "SplitParagraphs": "transforms.split",
    "WriteRows": "transforms.write",
    "create_pipeline": "pipeline.execute",
    "load": "pipeline.report.frames",
    "load_extractor": "transforms.extract.load",
    "run": "pipeline.execute",
}
__all__ = ["__version__", *_HOMES]  # noqa: PLE0604  (all of them are strings)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cordiale' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
