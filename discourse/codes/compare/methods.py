"""How codes and labels were compared and what was found, in words for a paper: procedure, results, references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from discourse.codes.compare import over_time
from discourse.codes.compare.beside import FEWEST, RESAMPLES, Beside
from discourse.codes.compare.matches import PERMUTATIONS
from discourse.codes.compare.origin import ALL, SAMPLE, UNKNOWN, Standing, coders_of
from discourse.codes.compare.results import results
from discourse.codes.compare.words import quoted
from discourse.wording import counted, listed

_REFERENCES = """\
- Amigó, E., Gonzalo, J., Artiles, J. and Verdejo, F. (2009). A comparison of extrinsic clustering evaluation metrics
  based on formal constraints. Information Retrieval 12(4). (B-cubed)
- Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society
  B 57(1).
- Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British
  Journal of Mathematical and Statistical Psychology 61(1). (AC1)
- Krippendorff, K. (2019). Content Analysis: An Introduction to Its Methodology, 4th edition. Sage. (alpha)
- Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation. LREC.
- Theil, H. (1970). On the estimation of relationships involving qualitative variables. American Journal of Sociology
  76(1). (U)
- Vinh, N. X., Epps, J. and Bailey, J. (2010). Information theoretic measures for clusterings comparison. Journal of
  Machine Learning Research 11. (adjusted mutual information)
"""
_OF_THEMES = """\
- Campello, R. J. G. B., Moulavi, D. and Sander, J. (2013). Density-based clustering based on hierarchical density
  estimates. PAKDD. (HDBSCAN)
- McInnes, L., Healy, J. and Melville, J. (2018). UMAP: uniform manifold approximation and projection for dimension
  reduction. arXiv:1802.03426.
"""


def methods(
    beside: Beside,
    tables: Mapping[str, pd.DataFrame],
    *,
    what: str,
    material: str,
    standings: Sequence[Standing],
    unit: str,
    seed: int,
) -> str:
    """Write the text.

    Parameters
    ----------
    beside : Beside
    tables : mapping of str to pandas.DataFrame
        ``codes, overall, agreement, agreement_codes, invariance, trends, unmatched``.
    what : str
        What the machine's labels are: ``themes``, or ``labels``.
    material : str
        Which posts and labels they are and where they come from, in sentences.
    standings : sequence of Standing
        What the coded posts of each scheme stand for.
    unit : str
        What blocks are: ``week``, ``day`` or ``post``.
    seed : int

    Returns
    -------
    str
        Markdown in three parts, Procedure, Results and References.
    """
    references = _REFERENCES + (_OF_THEMES if what == "themes" else "")
    parts = [
        f"# {what.capitalize()} and hand codes compared",
        "## Procedure",
        f"**Posts and {what}.** {material}",
        _codes(beside, standings, tables["unmatched"]),
        _matching(what, unit, seed),
        _people() if len(tables["agreement"]) else "",
        _over_time(tables["invariance"], what, unit),
        "## Results",
        *results(tables, what=what),
        "## References",
        "\n".join(sorted(_entries(references))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entries(references: str) -> list[str]:
    return ["- " + one for one in references.removeprefix("- ").rstrip().split("\n- ")]


def _codes(beside: Beside, standings: Sequence[Standing], unmatched: pd.DataFrame) -> str:
    """Say scheme by scheme who coded which posts, and what these stand for."""
    rows = [
        f"- {quoted(scheme.name)} ({counted(len(scheme.codes), 'code')}): {one.told}; coded by "
        f"{listed(coders_of(beside, scheme))}."
        for scheme, one in zip(beside.schemes, standings, strict=True)
    ]
    told = []
    if beside.coder is None and any(len(beside.codes.coders(scheme.name)) > 1 for scheme in beside.schemes):
        told.append("Of posts coded more than once, the answer of the coder who coded most posts counts.")
    if len(unmatched):
        lost = counted(len(unmatched), "coded text or passage", "coded texts or passages")
        told.append(f"{lost} could not be matched with a post.")
    for kind, words in (
        (ALL, "All posts were coded for {which}: results on these hold for the corpus."),
        (
            SAMPLE,
            "Posts were drawn at random with known probabilities for {which}. Results on these are not weighted by the "
            "probabilities and describe the coded posts; shares of the corpus are for discourse correct to estimate.",
        ),
        (
            UNKNOWN,
            "How posts were chosen for {which} is not known; unless it was at random, results on these describe the "
            "coded posts alone, and not the corpus.",
        ),
    ):
        if which := [quoted(one.scheme) for one in standings if one.kind == kind]:
            told.append(words.format(which=listed(which)))
    return "**Hand codes.**\n\n" + "\n".join(rows) + ("\n\n" + " ".join(told) if told else "")


def _matching(what: str, unit: str, seed: int) -> str:
    every = "posts" if unit == "post" else f"whole {unit}s"
    return (
        f"**Matching {what} and codes.** For each code, the set of {what} that stands for it best was chosen by F1, "
        f"one after the other being added as long as F1 grew. Sets were chosen on every other {unit} and scored on the "
        "others, and the other way round. Posts in none of them count as not having the code. Intervals (95 %) are "
        f"percentiles of {RESAMPLES:,} bootstrap draws of {every}. Chance is the mean F1 of the same procedure in "
        f"{PERMUTATIONS:,} permutations in which the code was given to posts at random within each language; F1 beyond "
        "chance is (F1 - chance) / (1 - chance). A code is called recovered where this is 2/3 or more, recovered in "
        "part from 1/3, and hardly recovered below, which is a convention; no more than chance is claimed where the "
        f"interval of F1 holds it. How much {what} tell about codes is Theil's U, less what they tell of codes given "
        "at random. Posts that nobody coded are left out, and nothing is said of codes that fewer than "
        f"{FEWEST} posts have. The seed was {seed}."
    )


def _people() -> str:
    return (
        "**Agreement between coders.** Krippendorff's alpha, of whole schemes over the sets of codes that each coder "
        "gave a post (nominal where it is one code at most, else with MASI distance), and alpha, Gwet's AC1 and F1 for "
        f"single codes, on posts coded twice; intervals (95 %) from {RESAMPLES:,} bootstrap draws of posts."
    )


def _over_time(tests: pd.DataFrame, what: str, unit: str) -> str:
    if (tests["verdict"] == over_time.WITHHELD).all():
        return ""
    every = "posts" if unit == "post" else f"whole {unit}s"
    return (
        f"**Over time.** Measurement invariance is whether {what} find posts of a code, and take others for it, alike "
        "in all periods. It was tested by Pearson's chi-square among posts with and without the code, with "
        f"{over_time.PERMUTATIONS:,} permutations of {every}; the false discovery rate was controlled at "
        f"{over_time.LEVEL:.0%} over all codes (Benjamini and Hochberg).".replace("%", " %")
    )
