"""The command line: ``discourse`` and ``python -m discourse``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import gc

    # Importing scientific libraries makes millions of objects that stay: looking for garbage among them again and
    # again costs a tenth of a short run.
    gc.set_threshold(100_000, 20, 20)
    from discourse.cli.app import app

    try:
        app(prog_name="discourse")
    finally:
        gc.freeze()  # and again at the end, when the process gives all of it back at once


if __name__ == "__main__":
    main()
