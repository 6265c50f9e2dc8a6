"""The run directory: what a run is made of, how it is found, read and verified.

A run is a folder of open files (JSON, Parquet, CSV, NPY) that pandas, R and DuckDB read as they are;
``manifest.json`` says where everything came from and holds a hash of every file.
"""

from __future__ import annotations

import difflib
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging
from discourse.config import KEEP, Settings, checked
from discourse.errors import DataError, DiscourseError, UsageError
from discourse.staging import MANIFEST, SCHEMA_VERSION, file_hashes
from discourse.themes.edits import Log, State, replay
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

RUNS = Path("runs")
LATEST = "latest"
EDITS = "edits/log.json"
ASSIGNMENTS = "assignments.parquet"


@dataclass(frozen=True)
class Run:
    """A finished run, read on demand; its themes as the edits of a researcher left them.

    Parameters
    ----------
    path : Path
        The run directory.
    manifest : dict
        Its ``manifest.json``: inputs, settings, encoder, versions, seed, counts, timings, file hashes.
    duplicates : {"keep", "drop"}
        Whether the tables and counts hold posts that repeat an earlier one.

    Examples
    --------
    >>> run = discourse.cluster("posts.csv", min_size=15)  # doctest: +SKIP
    >>> run.themes[["theme", "label", "n_posts"]]  # doctest: +SKIP
    """

    path: Path
    manifest: dict[str, Any]
    duplicates: str = KEEP

    def __repr__(self) -> str:
        counts = self.manifest.get("counts", {})
        return f"Run({str(self.path)!r}, posts={counts.get('posts')}, themes={counts.get('themes')})"

    @property
    def settings(self) -> Settings:
        """The settings the run was made with."""
        return Settings.from_dict(self.manifest["settings"])

    @cached_property
    def posts(self) -> pd.DataFrame:
        """One row a post, in input order: ``post_id, text, date, author, lang, source_file, source_row, ...``."""
        return self._counted(self.table("posts.parquet"))

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """``post_id, theme, strength, x, y`` in the order of ``posts``; theme -1 is noise.

        Posts of themes that were merged are in the one that stays, those of hidden themes in their own.
        """
        found = self._counted(self.table(ASSIGNMENTS))
        if not self.state.merged:
            return found
        from discourse.themes.edited import theme_of

        return found.assign(theme=theme_of(found["theme"].to_numpy(), self.state))

    @cached_property
    def themes(self) -> pd.DataFrame:
        """One row a theme but hidden ones, the largest first: label, keywords, counts, languages, dates, exemplars."""
        from discourse.themes import edited

        themes = self.found
        if self.state.changed:
            themes = edited.themes(themes, self.state, self.keywords, self.languages)
        if self.duplicates == KEEP and not self.state.merged:
            return themes
        return edited.recounted(themes, self.assignments["theme"].to_numpy(), self.posts)

    @cached_property
    def labels(self) -> dict[int, str]:
        """What each theme is called, hidden ones too."""
        from discourse.themes.edited import label_of

        return label_of(self.found, self.state)

    @property
    def hidden(self) -> list[int]:
        """Themes that are hidden: `themes` leaves them out, while their posts count in every total."""
        return sorted(self.state.hidden)

    def parts(self, theme: int) -> list[int]:
        """Themes, as they were found, that a theme consists of: itself, and those merged into it.

        Raises
        ------
        UsageError
            When there is no such theme.
        """
        if theme not in self.state.parts:
            raise UsageError(f"{self.path}: {self.state.where(theme)}. `discourse themes` lists them.")
        return list(self.state.parts[theme])

    @cached_property
    def edits(self) -> Log:
        """What was done to the themes since they were found, as ``edits/log.json`` has it."""
        path = self.path / EDITS
        if not path.is_file():
            return Log()
        try:
            return Log.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, DataError) as error:
            raise DataError(f"{path}: can't be read ({error}). `discourse verify` tells more.") from None

    @cached_property
    def found(self) -> pd.DataFrame:
        """The themes as they were found, whatever was done to them since."""
        return self.table("themes.parquet")

    @cached_property
    def state(self) -> State:
        """What became of the themes that were found."""
        try:
            return replay(self.edits.edits, self.found["theme"].tolist())
        except UsageError as error:
            raise DataError(f"{self.path / EDITS}: doesn't fit the run's themes. {error}") from None

    @cached_property
    def keywords(self) -> pd.DataFrame:
        """``theme, lang, rank, term, score, n_posts``: keywords of each theme in each of its languages."""
        return self._ranked("keywords.parquet", ["lang"], "term")

    @cached_property
    def exemplars(self) -> pd.DataFrame:
        """``theme, rank, post_id, similarity``: central posts of each theme that differ from each other."""
        return self._ranked("exemplars.parquet", [], "post_id")

    @cached_property
    def languages(self) -> pd.DataFrame:
        """``theme, lang, n, share``: the language mix of each theme."""
        if self.duplicates == KEEP and not self.state.changed:
            return self.table("languages.parquet")
        from discourse.themes.languages import language_mix

        mix = language_mix(self.assignments["theme"].to_numpy(), self.posts["lang"].tolist())
        return mix[~mix["theme"].isin(self.hidden)].reset_index(drop=True)

    @cached_property
    def tree(self) -> pd.DataFrame:
        """The hierarchy the themes were cut from, for coarser and finer views."""
        found = self.table("tree.parquet")
        if not self.state.changed:
            return found
        from discourse.themes.edited import tree

        return tree(found, self.state, self.labels)

    @cached_property
    def embeddings(self) -> np.ndarray:
        """(n_posts, dimension) float32, unit rows in the order of ``posts``; mapped, not loaded."""
        import numpy as np

        array: np.ndarray = np.load(self._existing("embeddings.npy"), mmap_mode="r", allow_pickle=False)
        return array if self.duplicates == KEEP else array[self._is_original]

    @cached_property
    def audit(self) -> dict[str, Any]:
        """What was counted in the posts before anything was found in them, as ``discourse check`` shows it."""
        name = "audit.json"
        try:
            found: dict[str, Any] = json.loads(self._existing(name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{self.path / name}: can't be read ({error}). `discourse verify` tells more.") from None
        return found

    def table(self, name: str) -> pd.DataFrame:
        """Read one of the run's Parquet tables."""
        import pandas as pd

        try:
            return pd.read_parquet(self._existing(name))
        except (OSError, ValueError) as error:
            raise DataError(f"{self.path / name}: can't be read ({error}). `discourse verify` tells more.") from None

    def theme(self, number: int) -> pd.Series[Any]:
        """Return the row of ``themes`` for one theme.

        Raises
        ------
        UsageError
            When there is no such theme.
        """
        rows = self.themes[self.themes["theme"] == number]
        if rows.empty:
            raise UsageError(f"{self.path}: {self.state.where(number)}. `discourse themes` lists them.")
        return rows.iloc[0]

    def _ranked(self, name: str, within: list[str], what: str) -> pd.DataFrame:
        found = self.table(name)
        if not (self.state.merged or self.state.hidden):
            return found
        from discourse.themes.edited import ranked

        return ranked(found, self.state, self.found, within, what)

    @cached_property
    def _is_original(self) -> np.ndarray:
        return self.table("posts.parquet")["duplicate_of"].isna().to_numpy()

    def _counted(self, posts: pd.DataFrame) -> pd.DataFrame:
        """Leave copies out where they don't count."""
        return posts if self.duplicates == KEEP else posts[self._is_original].reset_index(drop=True)

    def _existing(self, name: str) -> Path:
        target = self.path / name
        if not target.is_file():
            raise DataError(f"{self.path}: {name} is missing. `discourse verify` tells what else is.")
        return target


def open_run(path: str | Path | None = None, *, duplicates: str = KEEP) -> Run:
    """Open a run directory, the latest one if none is named.

    Parameters
    ----------
    path : path, optional
        A run directory, or its name within ``runs/``.
    duplicates : {"keep", "drop"}
        Whether posts that repeat an earlier one are in its tables and counts.

    Raises
    ------
    UsageError
        When there is no run there, or ``duplicates`` is something else.
    DataError
        When its manifest can't be read or comes from a newer version.
    """
    checked("duplicates", duplicates)
    folder = resolve(path)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        schema = manifest["schema"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder / MANIFEST}: can't be read as a manifest ({error}).") from None
    if not isinstance(schema, int) or schema > SCHEMA_VERSION:
        raise DataError(
            f"{folder}: was written by a newer discourse (schema {schema}, this one knows {SCHEMA_VERSION}). "
            "Update: pip install --upgrade discourse-drift"
        )
    return Run(folder, manifest, duplicates)


def is_run(path: str | Path) -> bool:
    """Tell whether the folder holds a finished run; one that was killed on its way to its place is none."""
    return (Path(path) / MANIFEST).is_file() and Path(path).suffix not in staging.UNFINISHED


def resolve(path: str | Path | None = None) -> Path:
    """Find the folder of a run by its path or its name within ``runs/``; the latest by default.

    Raises
    ------
    UsageError
        When there is none, naming those there are.
    """
    if path is None:
        pointer = RUNS / LATEST
        if is_run(pointer):
            return pointer.resolve() if pointer.is_symlink() else pointer
        if pointer.is_file():  # where links can't be made, a file that names the folder
            target = RUNS / pointer.read_text(encoding="utf-8").strip()
            if is_run(target):
                return target
        raise UsageError("There is no run here yet. Make one: discourse cluster posts.csv")
    for candidate in (Path(path), RUNS / path):
        if is_run(candidate):
            return candidate
    there = sorted(p.name for p in RUNS.iterdir() if is_run(p)) if RUNS.is_dir() else []
    close = difflib.get_close_matches(Path(path).name, there, n=1)
    hint = f" Did you mean {RUNS / close[0]}?" if close else f" Runs here: {', '.join(there[:5])}." if there else ""
    raise UsageError(f"{path}: is not a run directory (it has no {MANIFEST}).{hint}")


def default_destination(name: str) -> Path:
    """Return a free folder ``runs/<name>``, counted up where it is taken."""
    path, counter = RUNS / name, 2
    while path.exists():
        path, counter = RUNS / f"{name}-{counter}", counter + 1
    return path


def point_latest(path: Path) -> None:
    """Let ``runs/latest`` name this run: a link, or a file with its path where links can't be made."""
    RUNS.mkdir(exist_ok=True)
    target = os.path.relpath(path, RUNS)
    temporary = RUNS / f".{LATEST}.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    try:
        temporary.symlink_to(target, target_is_directory=True)
    except OSError:
        temporary.write_text(target + "\n", encoding="utf-8")
    temporary.replace(RUNS / LATEST)


def verify(run: str | Path | Run | None = None) -> list[str]:
    """Check a run against its manifest and its tables against each other.

    Returns
    -------
    list of str
        One sentence for each thing that is off; empty for a sound run.
    """
    run = open_run(run.path if isinstance(run, Run) else run)  # as it is now: something may have been added
    recorded = run.manifest.get("files", {})
    found = file_hashes(run.path)
    problems = [f"{name}: is missing." for name in recorded if name not in found]
    problems += [f"{name}: is not in the manifest." for name in found if name not in recorded]
    problems += [
        f"{name}: has changed since it was written."
        for name in recorded
        if name in found and found[name] != recorded[name]
    ]
    return problems or _inconsistencies(run)


def _inconsistencies(run: Run) -> list[str]:
    """Compare the tables of a run whose files are all as they were written, and its edits with its themes."""
    try:
        posts, vectors = run.posts, run.embeddings
        assignments, themes = run.table(ASSIGNMENTS), run.table("themes.parquet")
        _ = run.hidden  # the edits can be replayed
        problems = []
        if posts["post_id"].duplicated().any():
            problems.append("posts.parquet: post_id is not unique.")
        if list(posts["post_id"]) != list(assignments["post_id"]):
            problems.append("assignments.parquet: its posts are not those of posts.parquet, in their order.")
        if len(vectors) != len(posts):
            problems.append(f"embeddings.npy: has {len(vectors):,} rows for {len(posts):,} posts.")
        counts = assignments.loc[assignments["theme"] != NOISE, "theme"].value_counts().to_dict()
        if counts != dict(zip(themes["theme"], themes["n_posts"], strict=True)):
            problems.append("themes.parquet: n_posts differs from what assignments.parquet holds.")
        found = {"posts": len(posts), "themes": len(themes), "noise": int((assignments["theme"] == NOISE).sum())}
        recorded = run.manifest.get("counts", {})
        problems += [
            f"{MANIFEST}: says {recorded.get(name)} {name}, the tables hold {n}."
            for name, n in found.items()
            if recorded.get(name) != n
        ]
    except (DiscourseError, KeyError, ValueError) as error:
        return [str(error)]
    return problems
