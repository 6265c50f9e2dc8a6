"""What `make calibrate` measured, as a page: FOLDER of records in, docs/calibration.md out."""

from __future__ import annotations

import json
import math
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

HEAD = """# Calibration

A p-value is only as good as the simulation that checks it. For every test, interval and verdict that `discourse`
prints, data are made up many times over in which the truth is known, and it is counted how often the tool is right:

- **size**: nothing changed; the share of runs in which a test says p ≤ .05 should be about .05. It is accepted within
  three standard errors, .05 ± 3·√(.05·.95 / runs), unless the row says otherwise.
- **power**: a change of a given size is there; the share of runs in which it is found.
- **coverage**: the share of runs whose 95 % interval holds the true value.

Rows in which a *naive* method fails are there to show that the made-up data are hard enough to fail on. Rows marked *a
limit* say what a test can't do: two periods can't tell a shift from a swing that lasts, so that no claim should be made
where shares of one week go on from those of the week before (lag one > .3).

To repeat all of it, with fixed seeds, and write this page anew (long, on two cores):

```
make calibrate
```

The short ones are part of every run of the tests. What is measured here holds for data like those made up: weeks and
days that differ, languages that mix, themes that crowd each other out. No simulation knows your corpus.
"""


def main(folder: Path, page: Path) -> None:
    rows = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]
    if not rows:
        sys.exit(f"{folder}: no records; set DISCOURSE_CALIBRATION={folder} and run pytest -m calibration")
    parts = [HEAD]
    for file, group in groupby(in_full(rows), key=lambda row: row["file"]):
        parts.append(f"\n## `{file}`\n\n| test | setting | runs | measured | accepted |\n|---|---|---:|---:|---|\n")
        for row in group:
            cells = (row["name"], row["setting"], f"{row['runs']:,}", number(row["measured"]), band(row))
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    page.write_text("".join(parts), encoding="utf-8")


def in_full(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of simulations with the same name and setting keep the longest; in the order of files, names and settings."""
    longest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["runs"]):
        longest[row["file"], row["name"], row["setting"]] = row
    return [longest[key] for key in sorted(longest)]


def band(row: dict[str, Any]) -> str:
    low, high = row["low"], row["high"]
    if high >= 1:
        return f"at least {number(low)}"
    return f"at most {number(high)}" if low == 0 or low == -math.inf else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    return f"{value:.3f}" if abs(value) >= 0.01 or value == 0 else f"{value:.2g}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
