"""What a person sees of encoders: which there are, and how one did on trial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from discourse.cli import console

if TYPE_CHECKING:
    import pandas as pd


def encoders_list(table: pd.DataFrame) -> None:
    """List encoders with what decides between them, two or three lines each."""
    across = {True: "across languages", False: "not across languages"}
    for encoder in table.to_dict("records"):
        facts = [
            f"languages: {encoder['languages']}",
            across.get(encoder["crosslingual"], ""),
            encoder["size"],
            "here" if encoder["here"] else "not here yet",
        ]
        console.write(f"{encoder['name']}  ({'; '.join(filter(None, facts))})")
        console.write(f"    {encoder['note']}")
        if encoder["quality"]:
            console.write(f"    measured: {encoder['quality']}; {encoder['speed']}")


def evaluation_page(found: dict[str, Any]) -> None:
    """Show how an encoder did: a table of translations found for each file, then a line a measure."""
    dimension = f"{found['dimension']} numbers" if found["dimension"] else "as many numbers as the texts allow"
    console.write(f"{found['encoder']}  ({dimension})")
    for file in found["files"]:
        console.write(f"\n{file['file']}: {file['rows']:,} texts")
        for line in _of_file(file):
            console.write(line)
    speed = found["speed"]
    rate = speed["posts"] / speed["seconds"] if speed["seconds"] else float("inf")
    memory = "" if speed["megabytes"] is None else f"; {speed['megabytes']:,} MB of memory"
    console.write(f"\nfirst vector after {speed['first']:.2f} s; {rate:,.0f} posts of 40 words a second{memory}")


def evaluation_table(found: dict[str, Any]) -> pd.DataFrame:
    """Return the same as rows of ``file, measure, value``."""
    import pandas as pd

    rows = [(file["file"], *row) for file in found["files"] for row in _rows(file)]
    rows += [("", f"speed {name}", value) for name, value in found["speed"].items()]
    return pd.DataFrame(rows, columns=["file", "measure", "value"])


def _rows(file: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for one in file["retrieval"] or []:
        yield f"translation first {one['from']}-{one['to']}", one["first"]
    if file["transfer"]:
        for lang, value in file["transfer"]["accuracy"].items():
            yield f"topic from {file['transfer']['source']} to {lang}", value
    if file["clustering"]:
        for lang, value in file["clustering"]["agreement"].items():
            yield f"clusters AMI {lang}", value
        yield "clusters AMI together", file["clustering"]["together"]
        yield "clusters language NMI", file["clustering"]["language"]
    for name, value in (file["leakage"] or {}).items():
        yield f"language {name}", value


def _of_file(file: dict[str, Any]) -> Iterator[str]:
    if file["retrieval"]:
        shares = {(one["from"], one["to"]): one["first"] for one in file["retrieval"]}
        langs = list(dict.fromkeys(start for start, _ in shares))
        yield f"  translation comes first (chance {1 / file['rows']:.1%}), from row to column"
        yield "       " + "".join(f"{lang:>7}" for lang in langs)
        for start in langs:
            cells = "".join(f"{shares[start, to]:>7.1%}" if start != to else f"{'':>7}" for to in langs)
            yield f"    {start:<3}{cells}"
        yield f"    mean {sum(shares.values()) / len(shares):.1%}"
    if file["transfer"]:
        told = _listed(file["transfer"]["accuracy"])
        yield f"  topic told after learning from {file['transfer']['source']} (of {file['topics']}): {told}"
    if file["clustering"]:
        found = file["clustering"]
        yield f"  clusters against topics (AMI): {_listed(found['agreement'])}"
        if len(found["agreement"]) > 1:
            yield (
                f"    all languages together {found['together']:.2f}; clusters against languages (NMI): "
                f"{found['language']:.2f}"
            )
    if file["leakage"]:
        found = file["leakage"]
        yield (
            f"  language told from a vector: {found['probe']:.2f}; neighbours in the same language: "
            f"{found['same']:.2f} (chance {found['chance']:.2f})"
        )


def _listed(scores: dict[str, float]) -> str:
    return ", ".join(f"{lang} {score:.2f}" for lang, score in scores.items())
