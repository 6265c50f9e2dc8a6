"""Themes, drift and manual codes in dated posts of several languages.

Every command of the ``discourse`` command line is a function here with the same name and the same arguments:
``discourse cluster posts.csv --min-size 15`` is ``discourse.cluster("posts.csv", min_size=15)``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from discourse.jobs import edit
    from discourse.jobs.agreement import agreement
    from discourse.jobs.assign import assign
    from discourse.jobs.check import check
    from discourse.jobs.cluster import cluster
    from discourse.jobs.compare import compare
    from discourse.jobs.concepts import concepts
    from discourse.jobs.correct import correct
    from discourse.jobs.diff import diff
    from discourse.jobs.drift import drift
    from discourse.jobs.embed import embed
    from discourse.jobs.event import event
    from discourse.jobs.export import export
    from discourse.jobs.sample import sample
    from discourse.jobs.stability import stability
    from discourse.jobs.tag import tag
    from discourse.run import Run, open_run, verify

_HOMES = {
    "agreement": "discourse.jobs.agreement",
    "assign": "discourse.jobs.assign",
    "check": "discourse.jobs.check",
    "cluster": "discourse.jobs.cluster",
    "compare": "discourse.jobs.compare",
    "correct": "discourse.jobs.correct",
    "concepts": "discourse.jobs.concepts",
    "diff": "discourse.jobs.diff",
    "drift": "discourse.jobs.drift",
    "embed": "discourse.jobs.embed",
    "event": "discourse.jobs.event",
    "export": "discourse.jobs.export",
    "sample": "discourse.jobs.sample",
    "stability": "discourse.jobs.stability",
    "tag": "discourse.jobs.tag",
    "open_run": "discourse.run",
    "Run": "discourse.run",
    "verify": "discourse.run",
}

_MODULES = {
    "edit": "discourse.jobs.edit",
    "encoders": "discourse.encoders",
    "posts": "discourse.posts",
    "themes": "discourse.themes",
}

__all__ = [
    "Run",
    "__version__",
    "agreement",
    "assign",
    "check",
    "cluster",
    "compare",
    "concepts",
    "correct",
    "diff",
    "drift",
    "edit",
    "embed",
    "event",
    "export",
    "open_run",
    "sample",
    "stability",
    "tag",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import discourse`` stays cheap."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    raise AttributeError(f"module 'discourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_MODULES])
