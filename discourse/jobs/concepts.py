"""Posts scored for the concepts and axes that a researcher names, kept beside the themes of a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse import staging
from discourse.errors import UsageError
from discourse.jobs.concept_codes import OfCodes, of_codes
from discourse.jobs.encoding import encoder_of
from discourse.jobs.labellings import AXIS, SCORES
from discourse.jobs.labellings import CONCEPTS as FOLDER
from discourse.progress import Progress, silent
from discourse.run import Run, open_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from discourse.encoders import Encoder
    from discourse.named.centred import Centred
    from discourse.named.definitions import Definitions
    from discourse.named.score import Score

SUMMARY, TOP, STAGES, CALIBRATION = "summary.csv", "top.csv", "stages.csv", "calibration.csv"
DEFINITIONS = "definitions.json"


@dataclass(frozen=True)
class Concepts:
    """Scores of a run's posts; docs/concepts.md tells the columns of the tables.

    Attributes
    ----------
    scores : pandas.DataFrame
        One row a post: ``post_id, lang``, and for each concept ``NAME`` (its rank among the posts of its language, 0 to
        1, .5 on average), ``NAME:raw`` and, where codes allow it, ``NAME:probability``; axes as ``axis:NAME``.
    summary : pandas.DataFrame
        One row a concept or axis and language, with ``lang`` ``all`` for all posts.
    top : pandas.DataFrame
        The posts with the highest scores in each language, and of axes also those with the lowest.
    stages : pandas.DataFrame
        One row a concept: what it is at, by how many codes, and why.
    calibration : pandas.DataFrame
        Probabilities held against codes, in fifths; no rows without codes.
    notes : list of str
        What to keep in mind, in sentences.
    """

    scores: pd.DataFrame
    summary: pd.DataFrame
    top: pd.DataFrame
    stages: pd.DataFrame
    calibration: pd.DataFrame
    notes: list[str]


def concepts(
    run: str | Path | Run | None = None,
    *,
    codebook: str | Path,
    codes: Sequence[str | Path] = (),
    columns: Sequence[str] = (),
    replace: bool = False,
    progress: Progress = silent,
) -> Concepts:
    """Score the posts of a run for concepts and axes.

    Parameters
    ----------
    run : path or Run, optional
        The latest run by default.
    codebook : path
        A YAML file of concepts and axes (see `discourse.named.definitions.load`).
    codes : sequence of path
        Files of hand codes, in any format of `discourse.codes.readers`. A code is a concept's that has its name or its
        label, whatever the case.
    columns : sequence of str
        Columns of the posts that hold hand codes.
    replace : bool
        Let the scores take the place of those that are there.
    progress : callable

    Returns
    -------
    Concepts
        As written to ``concepts/`` in the run.

    Raises
    ------
    UsageError
        When there is no such run, or scores and no ``replace``; when the run was made from a file of vectors, or its
        encoder is not there; when no code is that of a concept.
    DataError
        When the codebook or a file of codes is not right.

    Examples
    --------
    >>> found = discourse.concepts(codebook="configs/concepts/embassy.yaml")  # doctest: +SKIP
    >>> found.top.query("name == 'global_south' and lang == 'kk'")["text"]  # doctest: +SKIP
    """
    from discourse.named.axis import positions
    from discourse.named.definitions import load
    from discourse.named.score import score
    from discourse.named.tables import summary, top

    run = open_run(run.path if isinstance(run, Run) else run)  # every post is scored, copies too
    defined = load(codebook)
    if FOLDER in run.manifest.get("added", {}) and not replace:
        raise UsageError(f"{run.path} has {_there(run, codebook)}")
    encoder = encoder_of(run)
    labels = {one.name: one.label for one in defined.concepts} | {AXIS + one.name: one.label for one in defined.axes}
    facts: dict[str, Any] = {
        "codebook": {"file": str(codebook), "name": defined.name, "sha256": staging.hash_file(Path(codebook))},
        "labels": labels,
        "codes": [staging.named_file(file) for file in codes],
        "columns": list(columns),
        "encoder": run.manifest["encoder"]["name"],
        "posts": len(run.posts),
    }
    with staging.added(run.path, FOLDER, facts, replace=replace) as staged:
        posts, notes = _centred(run, encoder, defined)
        encode = _encoding(encoder, defined, progress)
        words = _keywords(run, defined)
        held = {name: found != "" for name, found in words.items()}
        found = score(posts, defined, held, encode)
        found |= {AXIS + name: one for name, one in positions(posts, defined, encode).items()}
        shown = top(defined, found, run.posts, posts.group, words)
        coded = of_codes(run, defined.concepts, found, posts, codes, columns)
        result = Concepts(
            scores=_scores(run, found, coded),
            summary=summary(defined, posts.group, held, shown, coded.precision, coded.stages),
            top=shown,
            stages=coded.stages,
            calibration=coded.calibration,
            notes=[*notes, *coded.notes],
        )
        facts["stages"] = dict(zip(coded.stages["name"], coded.stages["stage"], strict=True))
        staged.write_table(SCORES, result.scores)
        for name, table in (
            (SUMMARY, result.summary),
            (TOP, result.top),
            (STAGES, result.stages),
            (CALIBRATION, result.calibration),
        ):
            staged.write_table(name, table)
        staged.write_json(DEFINITIONS, dataclasses.asdict(defined))
    return result


def _there(run: Run, codebook: str | Path) -> str:
    """Say which concepts a run has, and what would become of them."""
    before = run.manifest["added"][FOLDER]
    file = Path(before["codebook"]["file"]).name
    count = sum(not name.startswith(AXIS) for name in before["labels"])
    has = f"concepts of {file} ({count:,}) already; --replace"
    if before["codebook"]["sha256"] == staging.hash_file(Path(codebook)):
        return f"{has} scores the posts anew."
    return f"{has} puts those of {Path(codebook).name} in their place. To have both, put them into one file."


def _centred(run: Run, encoder: Encoder, defined: Definitions) -> tuple[Centred, list[str]]:
    """Centre the vectors of a run's posts, and say what posts can't be judged."""
    import numpy as np

    from discourse.named.centred import LEAST, RARE, centred

    vectors, lang = np.asarray(run.embeddings, dtype="float32"), run.posts["lang"].to_numpy(dtype=object)
    blank, notes = encoder.blank(vectors), []
    if blank.any():
        hold = "1 post holds" if blank.sum() == 1 else f"{int(blank.sum()):,} posts hold"
        notes.append(f"{hold} nothing that the {encoder.name} encoder knows: scored .5.")
    seeded = {code for one in defined.concepts for code in one.said}
    strange = ~np.isin(lang, sorted(seeded))
    if strange.any() and encoder.crosslingual is False:
        blank = blank | strange
        notes.append(
            f"{_counted(lang[strange])}: there are no seeds in these languages, and the {encoder.name} encoder "
            "knows no translations; but for keywords, these posts score .5. Write seeds for them, or make the run with "
            "a multilingual encoder."
        )
    elif strange.any():
        notes.append(
            f"{_counted(lang[strange])}: without seeds in these languages, posts are held against all "
            "seeds: less sure; read these first."
        )
    found = centred(vectors, lang, blank)
    rare = found.group == RARE
    if rare.any():
        told = f"languages of fewer than {LEAST} posts are ranked together, and their top posts are in top.csv alone."
        notes.append(f"{_counted(lang[rare])}: {told}")
    return found, notes


def _counted(langs: np.ndarray) -> str:
    """Name languages with their posts, the commonest first."""
    import pandas as pd

    from discourse.posts.language_names import english

    counts = pd.Series(langs).value_counts()
    return ", ".join(f"{english(str(lang))} {n:,}" for lang, n in counts.items())


def _encoding(encoder: Encoder, defined: Definitions, progress: Progress) -> Callable[[Sequence[str]], np.ndarray]:
    """Encode every sentence of the definitions, each once, and give out their vectors."""
    from discourse.encoders import cache
    from discourse.named.score import sentences

    texts = list(dict.fromkeys(text for texts in sentences(defined).values() for text in texts))
    vectors = cache.encode_cached(encoder, texts, progress=progress).vectors
    row = {text: at for at, text in enumerate(texts)}
    return lambda asked: vectors[[row[text] for text in asked]]


def _keywords(run: Run, defined: Definitions) -> dict[str, np.ndarray]:
    """Find the keywords of each concept in each post: (posts,) str, parted by semicolons, empty without any."""
    import numpy as np

    from discourse.named.codebook import Code, Codebook, Scheme
    from discourse.named.tagger import tag

    codes = tuple(Code(one.name, one.definition, one.keywords) for one in defined.concepts)
    book = Codebook(defined.name, defined.about, (Scheme("concepts", "", False, codes),))
    tagged = tag(run.posts["text"].tolist(), run.posts["langs"].tolist(), book)
    found = {one.name: np.full(len(run.posts), "", dtype=object) for one in defined.concepts}
    for name, hits in tagged.groupby("label"):
        found[str(name)][hits["row"].to_numpy()] = hits["keywords"].to_numpy(dtype=object)
    return found


def _scores(run: Run, found: dict[str, Score], coded: OfCodes) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {"post_id": run.posts["post_id"], "lang": run.posts["lang"]}
    for name, one in found.items():
        columns |= {name: one.rank, f"{name}:raw": one.raw}
        if name in coded.probability:
            columns[f"{name}:probability"] = coded.probability[name]
    return pd.DataFrame(columns)
