"""The command line: ``discourse`` and ``python -m discourse``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and end the process with its exit code."""
    from discourse.cli.app import app

    app(prog_name="discourse")


if __name__ == "__main__":
    main()
