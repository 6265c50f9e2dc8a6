"""What a person sees of a run in the terminal."""

from __future__ import annotations

import json
import math
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from discourse.cli import console
from discourse.cli.command import Formats
from discourse.config import KEEP
from discourse.run import Run
from discourse.themes.noise import NOISE

if TYPE_CHECKING:
    import pandas as pd

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_COLUMNS = "▁▂▃▄▅▆▇█"


def bar(share: float, width: int = 10) -> str:
    """Draw a share of at most 1 as a bar of at most ``width`` columns.

    Examples
    --------
    >>> bar(0.5, 4)
    '██'
    """
    full, rest = divmod(round(max(0.0, min(1.0, share)) * width * 8), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def sparkline(shares: Sequence[float], largest: float | None = None) -> str:
    """Draw shares as columns of one line, a gap for those that aren't known.

    Examples
    --------
    >>> sparkline([0.0, 0.1, float("nan"), 0.2])
    '▁▅ █'
    """
    known = [share for share in shares if not math.isnan(share)]
    top = max(known, default=0.0) if largest is None else largest
    steps = len(_COLUMNS) - 1
    return "".join(" " if math.isnan(share) else _COLUMNS[round(share / top * steps) if top else 0] for share in shares)


def withheld(labels: pd.Series[Any], reasons: pd.Series[Any]) -> None:
    """Say why labels are withheld, without numbers in brackets; and which labels, if there are several reasons."""
    plain = reasons.str.replace(r" \([^()]*\)\.?$", "", regex=True)
    for reason, named in labels.groupby(plain, sort=False):
        which = f"{len(named)} labels" if plain.nunique() == 1 and len(named) > 1 else ", ".join(named)
        console.write_wrapped(f"Withheld: {which}, since {reason.rstrip('.')}.")


def themes_table(run: Run) -> None:
    """List the themes of a run, the largest first, and count what is in hidden ones or in none."""
    themes, labels = run.themes, run.assignments["theme"]
    n_noise, n_hidden = int((labels == NOISE).sum()), int(labels.isin(run.hidden).sum())
    largest = max([*themes["share"], n_noise / len(labels), n_hidden / len(labels)], default=1.0) or 1.0
    rows = []
    for theme in themes.to_dict("records"):
        share = theme["share"]
        label = "\n".join(filter(None, [theme["label"], theme["counterpart"]]))
        first, *others = theme["languages"].split("; ")
        langs = first + ("\n" + " ".join(others[:2]) + (" …" if len(others) > 2 else "") if others else "")
        cells = [str(theme["theme"]), f"{theme['n_posts']:,}", f"{share:.1%}", bar(share / largest, 8), langs, label]
        rows.append(cells)
    hidden = f"(in {len(run.hidden)} hidden theme{'s' * (len(run.hidden) > 1)})"
    for n, where in ((n_hidden, hidden), (n_noise, "(in no theme)")):
        if n:
            share = n / len(labels)
            rows.append(["–", f"{n:,}", f"{share:.1%}", bar(share / largest, 8), "", where])
    console.draw(
        [
            ("theme", "right"),
            ("posts", "right"),
            ("share", "right"),
            ("", "left"),
            ("languages", "left"),
            ("label", "text"),
        ],
        rows,
    )


def one_theme(run: Run, number: int, *, period: str | None, form: Formats) -> None:
    """Show one theme: its words, its posts, its months."""
    theme = run.theme(number)
    posts = _posts_of(run, number, period)
    match form:
        case "csv":
            console.write_table(posts, "csv")
        case "json":
            console.write_json(_as_json(run, theme, posts if period else None))
        case "table":
            _heading(theme)
            if len(parts := run.parts(number)) > 1:
                console.write(f"Merged from the themes {', '.join(map(str, sorted(parts)))} as they were found")
            if period and posts.empty:
                console.write(f"It has no posts in {period}.")
            elif period:
                _print_posts(posts, title=f"Its {len(posts):,} posts in {period}, the firmest first:")
            else:
                _print_words(run, number)
                _print_posts(_exemplar_posts(run, number, posts), title="Posts that stand for it:")
                _print_months(run, number)


def tree(run: Run) -> None:
    """Draw the hierarchy the themes were cut from: broader groups, themes, and what a theme falls into first."""
    counted = "n_posts" if run.duplicates == KEEP else "n_originals"
    nodes = {node["node"]: node for node in run.tree.to_dict("records")}
    children: dict[int, list[Any]] = {}
    for node in nodes.values():
        up = node["parent"]
        while up in nodes and not nodes[up]["label"]:  # a group without a name is not drawn, but what is in it
            up = nodes[up]["parent"]
        if node["label"] and (node["kind"] != "finer" or (up in nodes and nodes[up]["kind"] == "theme")):
            children.setdefault(up, []).append(node)

    def lines(parent: int, indent: str) -> Iterator[str]:
        below = sorted(children.get(parent, []), key=lambda node: (-node[counted], node["node"]))
        for node in below:
            turn, on = ("└─ ", "   ") if node is below[-1] else ("├─ ", "│  ")
            what = f"{node['theme']}  {node['label']}" if node["kind"] == "theme" else f"({node['label']})"
            yield f"{node[counted]:>7,}  {indent}{turn}{what}"
            yield from lines(node["node"], indent + on)

    console.write("  posts  theme, (broader or finer group)")
    for line in lines(-1, ""):
        console.stdout().print(console.clean(line), overflow="ellipsis", no_wrap=True)


def placed_table(table: pd.DataFrame, run: Run) -> None:
    """Count new posts by the theme they were placed in."""
    theme = "discourse_theme" if "discourse_theme" in table else "theme"
    labels = {NOISE: "(fits nowhere)", **run.labels}
    counts = Counter(table[theme].tolist())
    rows = [
        [str(number) if number != NOISE else "–", f"{n:,}", f"{n / len(table):.1%}", labels[number]]
        for number, n in sorted(counts.items(), key=lambda item: (item[0] == NOISE, -item[1], item[0]))
    ]
    console.draw([("theme", "right"), ("posts", "right"), ("share", "right"), ("label", "text")], rows)


def cache_table(table: pd.DataFrame) -> None:
    """List what the cache of embeddings holds."""
    rows = [
        [entry["encoder"], f"{entry['vectors']:,}", f"{entry['bytes'] / 1e6:,.1f} MB", entry["revision"][:12]]
        for entry in table.to_dict("records")
    ]
    console.draw([("encoder", "text"), ("vectors", "right"), ("size", "right"), ("revision", "left")], rows)


def _posts_of(run: Run, number: int, period: str | None) -> pd.DataFrame:
    """Return the posts of a theme, the firmest first: ``post_id, date, author, lang, strength, text``."""
    posts = run.posts.assign(strength=run.assignments["strength"].to_numpy())
    posts = posts[(run.assignments["theme"] == number).to_numpy()]
    if period:
        from discourse.posts.dates import bounds

        first, end = bounds(period, "--period")
        days = posts["date"].dt.tz_localize(None)
        posts = posts[(days >= first) & (days < end)]
    posts = posts.sort_values(["strength", "post_id"], ascending=[False, True])
    return posts[["post_id", "date", "author", "lang", "strength", "text"]].reset_index(drop=True)


def _exemplar_posts(run: Run, number: int, posts: pd.DataFrame) -> pd.DataFrame:
    chosen = run.exemplars[run.exemplars["theme"] == number].sort_values("rank")["post_id"]
    return posts.set_index("post_id").loc[chosen].reset_index()


def _heading(theme: pd.Series[Any]) -> None:
    console.write(f"Theme {theme['theme']}: {theme['label']}")
    if theme["counterpart"]:
        console.write(f"        {theme['counterpart']}")
    dates = f", {theme['first_date']} to {theme['last_date']}" if isinstance(theme["first_date"], str) else ""
    console.write(f"{theme['n_posts']:,} posts, {theme['share']:.1%} of all{dates}; {theme['languages']}")
    if theme["note"]:
        console.write_wrapped(f"Note: {theme['note']}", lines=4)


def _print_words(run: Run, number: int) -> None:
    words = run.keywords[run.keywords["theme"] == number]
    sizes = run.languages[run.languages["theme"] == number].set_index("lang")["n"]
    for lang in sorted(words["lang"].unique(), key=lambda lang: -sizes.get(lang, 0)):
        terms = ", ".join(words[words["lang"] == lang].sort_values("rank")["term"])
        console.write(textwrap.fill(f"{lang}: {terms}", console.WIDTH, subsequent_indent="    "))


def _print_posts(posts: pd.DataFrame, *, title: str) -> None:
    import pandas as pd

    console.write(f"\n{title}")
    for post in posts.to_dict("records"):
        day = "" if pd.isna(post["date"]) else f"{post['date']:%Y-%m-%d}  "
        author = "" if pd.isna(post["author"]) else f"{post['author']}  "
        console.write(f"\n  {day}{author}{post['lang']}  {post['strength']:.2f}  {post['post_id']}")
        console.write_wrapped(post["text"], indent="    ")


def _print_months(run: Run, number: int) -> None:
    dates = run.posts["date"].dropna()
    if dates.empty:
        return
    months = dates.dt.strftime("%Y-%m")
    mine = months[(run.assignments["theme"] == number).to_numpy()[months.index]].value_counts()
    every = months.value_counts().sort_index()
    shares = (mine.reindex(every.index).fillna(0) / every).to_dict()
    largest = max(shares.values()) or 1.0
    console.write("\nBy month: posts, and their share of all posts of that month")
    for month, share in shares.items():
        console.write(f"  {month}  {int(mine.get(month, 0)):>6,}  {share:>6.1%}  {bar(share / largest, 40)}")


def _as_json(run: Run, theme: pd.Series[Any], posts: pd.DataFrame | None) -> dict[str, Any]:
    number = int(theme["theme"])
    words = run.keywords[run.keywords["theme"] == number]
    central = _exemplar_posts(run, number, _posts_of(run, number, None))
    shown = central if posts is None else posts
    return {
        **json.loads(theme.to_json(force_ascii=False)),
        "keywords": {
            str(lang): rows.sort_values("rank")["term"].tolist() for lang, rows in words.groupby("lang", sort=False)
        },
        "exemplars" if posts is None else "posts": json.loads(
            shown.to_json(orient="records", date_format="iso", force_ascii=False)
        ),
    }
