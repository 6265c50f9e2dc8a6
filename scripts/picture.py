"""Draw the README's picture: what `discourse cluster` prints for the sample corpus.

Run it as: python scripts/picture.py docs/images/cluster.svg
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = "discourse cluster data/embassy/posts.csv --timezone Asia/Almaty --out runs/demo --replace"
CELL, LINE, EDGE = 8.4, 19, 18  # width of a column, height of a line, margin; pixels
FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-label="{title}">\n'
    "<style>text {{ font: 14px 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace; "
    "fill: #d8dee4; white-space: pre }} .bold {{ font-weight: bold }} .dim {{ fill: #9aa4ae }}</style>\n"
    '<rect width="100%" height="100%" rx="8" fill="#22272e"/>\n{lines}\n</svg>\n'
)


def pieces(line: str) -> Iterator[tuple[int, str]]:
    """Split a line where columns begin and where wide characters do, each piece with its column."""
    from rich.cells import cell_len

    column = 0
    for part in re.findall(r" {2,}|[\u2e80-\u9fff\uff00-\uffef]+|(?:(?! {2})[^\u2e80-\u9fff\uff00-\uffef])+", line):
        if part.strip():
            yield column, part
        column += cell_len(part)


def main(target: Path) -> None:
    """Run the command as a user would and set its output as an SVG."""
    words = [sys.executable, "-m", *COMMAND.split()]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    shown = [("bold", f"$ {COMMAND}"), ("", ""), *(("", line) for line in done.stdout.splitlines()), ("", "")]
    shown += [("dim", line) for line in done.stderr.splitlines()[-3:]]
    lines = [
        f'<text class="{style}" x="{EDGE + column * CELL:.1f}" y="{EDGE + (row + 1) * LINE - 5}">{escape(part)}</text>'
        for row, (style, line) in enumerate(shown)
        for column, part in pieces(line)
    ]
    width, height = 2 * EDGE + 100 * CELL, 2 * EDGE + len(shown) * LINE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        FRAME.format(width=f"{width:.0f}", height=height, title=escape(COMMAND), lines="\n".join(lines)),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
