"""What a person sees of edits: the log of a run, and what came of those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discourse.cli import console
from discourse.cli.command import Formats

if TYPE_CHECKING:
    from discourse.jobs.edit import Carried
    from discourse.run import Run
    from discourse.themes.edits import Edit


def log(run: Run, form: Formats) -> None:
    """List the edits of a run in order, then those that were undone, the one that redo brings back first."""
    again = sorted(run.edits.undone, key=lambda edit: edit.number)
    edits = [(edit, False) for edit in run.edits.edits] + [(edit, True) for edit in again]
    if form != "table":
        import pandas as pd

        rows = [
            (edit.number, edit.when, edit.verb, " ".join(map(str, edit.themes)), edit.text, edit.origin, undone)
            for edit, undone in edits
        ]
        columns = ["number", "when", "verb", "themes", "text", "origin", "undone"]
        console.write_table(pd.DataFrame(rows, columns=columns), form)
    elif not edits:
        console.say("No edits: the themes are as they were found.")
    else:
        cells = [
            [str(edit.number), f"{edit.when[:10]} {edit.when[11:16]}", _words(edit, undone=undone)]
            for edit, undone in edits
        ]
        console.draw([("edit", "right"), ("when (UTC)", "left"), ("what", "text")], cells)


def carried(found: Carried) -> None:
    """List what was done to the themes of another run, and what came of it here."""
    rows = [
        [
            row["edit"],
            "–" if row["fate"] == "found no theme" else str(row["becomes"]),
            "" if row["fate"] == "found no theme" else f"{row['jaccard']:.2f}",
            row["fate"],
        ]
        for row in found.table.to_dict("records")
    ]
    console.draw([("edit", "text"), ("theme here", "right"), ("Jaccard", "right"), ("", "left")], rows)


def _words(edit: Edit, *, undone: bool) -> str:
    origin = f"from {edit.origin}" if edit.origin else ""
    remarks = ", ".join(filter(None, [origin, "undone" if undone else ""]))
    return f"{edit} ({remarks})" if remarks else str(edit)
