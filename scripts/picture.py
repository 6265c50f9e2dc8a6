"""Draw the README's picture: what `discourse cluster` prints for the demonstration corpus.

Run it as: python scripts/picture.py docs/images/cluster.svg
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main(target: Path) -> None:
    """Run the command as a user would and set its output as an SVG."""
    from rich.console import Console
    from rich.text import Text

    command = "discourse cluster data/demo/posts.csv --timezone Asia/Almaty --out runs/demo --replace"
    words = [sys.executable, "-m", *command.split()]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    console = Console(record=True, width=100, file=io.StringIO(), highlight=False, markup=False, emoji=False)
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text("\n" + done.stdout))
    console.print(Text("\n".join(done.stderr.splitlines()[-3:]), style="dim"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(console.export_svg(title="discourse"), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
