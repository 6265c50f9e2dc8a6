"""``discourse verify``: is a run what its manifest says."""

from __future__ import annotations

from discourse.cli import console
from discourse.cli.command import RunPath, command
from discourse.errors import DataError, VerificationError


@command()
def verify(path: RunPath = None) -> None:
    """Check that a run is as it was written.

    Every file against the manifest, and the tables against each other.

    Example: discourse verify runs/latest
    """
    from discourse.run import open_run, resolve
    from discourse.run import verify as job

    folder = resolve(path)
    try:
        run = open_run(folder)
    except DataError as error:
        raise VerificationError(str(error)) from None
    problems = job(run)
    if problems:
        raise VerificationError(f"{run.path} is not as it was written:\n" + "\n".join(f"  - {p}" for p in problems))
    console.say(f"{run.path}: sound. {len(run.manifest['files'])} files are as they were written.")
