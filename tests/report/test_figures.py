"""Figures: what they hold, that text stays text, that fonts are found or their lack is told, that bytes repeat."""

import builtins
import datetime
import struct
import warnings
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from discourse.change.events import Event
from discourse.errors import UsageError
from discourse.report import alluvial, figures, fonts, frames, paper, prevalence_lines, rows

PERIODS = ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
LABELS = [
    "торговая война",
    "сыртқы істер министрлігі · Қазақстан",
    "一带一路 · 互联互通",
    "الشرق الأوسط",
    "$x_1$ \\frac{ ^2 & <b>",
]
EVENTS = [Event(datetime.date(2024, 7, 3), "Саммит ШОС", "", ""), Event(datetime.date(2030, 1, 1), "later", "", "")]


def tables(labels=LABELS, empty=(), partial=()):
    counts = np.array([[3 + at, 9 + 2 * at, 30 - 5 * at, 12] for at in range(len(labels))])
    totals = np.array([0 if at in empty else 200 for at in range(4)])
    counted, moves = [], []
    for at, label in enumerate(labels):
        key = ("theme", str(at), label, "")
        share = np.where(totals > 0, counts[at] / 200, np.nan)
        for when, period in enumerate(PERIODS):
            note = "no posts" if when in empty else "partial" if when in partial else ""
            status = "emerging" if (at, when) == (1, 2) else "present"
            p = share[when]
            counted.append((*key, period, counts[at, when], totals[when], p, p * 0.6, p * 1.5, note, status))
        for first, second in ((0, 1), (1, 2), (2, 3), (0, 3)):
            change = share[second] - share[first]
            verdict = ("rose", "fell", "no detectable change", "withheld")[(at + first) % 4]
            change = np.nan if verdict == "withheld" else abs(change) * (-1 if verdict == "fell" else 1)
            mde = np.copysign(0.06, change) if at else np.nan
            shares = (share[first], share[second], change, change - 0.05, change + 0.05)
            moves.append((*key, PERIODS[first], PERIODS[second], *shares, 0.04, mde, verdict, ""))
    label = ["kind", "label_id", "label", "by"]
    prevalence = pd.DataFrame(
        counted, columns=[*label, "period", "n", "n_total", "share", "low", "high", "note", "status"]
    )
    pair = ["from", "to", "share_from", "share_to", "difference", "low", "high", "q", "mde", "verdict", "note"]
    shifts = pd.DataFrame(moves, columns=[*label, *pair])
    return prevalence.drop(columns="status"), shifts, prevalence.drop(columns="low")


def event_tables():
    _, shifts, _ = tables()
    last = shifts.groupby("label_id").tail(1).rename(columns={"share_from": "share_before", "share_to": "share_after"})
    effects = last.assign(
        event="инаугурация", date="2024-08-01", n_total_before=150, n_total_after=160, placebo_p=0.1, placebo_floor=0.05
    )
    dates = np.tile(np.linspace(-0.04, 0.04, 19), len(LABELS))
    placebos = pd.DataFrame({"event": "инаугурация", "label_id": np.repeat(last["label_id"], 19), "difference": dates})
    return effects, placebos.assign(date="2024-03-01")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return figures.draw_drift(folder, *tables(), EVENTS)


def is_installed(name):
    return name in fonts.installed()


def test_each_figure_is_an_svg_and_a_png(drawn):
    assert [path.name for path in drawn.files] == [
        f"{name}.{form}" for name in ("prevalence", "shifts", "lifecycle") for form in ("svg", "png")
    ]
    assert all(path.is_file() for path in drawn.files)


def test_svg_is_xml_with_a_title_and_glyphs_and_without_a_date(drawn):
    for path in drawn.files[::2]:
        root = ET.parse(path).getroot()
        assert root.tag.endswith("svg")
        assert root.find("{*}title").text
        assert len(root.findall(".//{*}use")) > 100
        assert "<dc:date>" not in path.read_text(encoding="utf-8")


def test_png_has_the_width_of_a_page(drawn):
    for path in drawn.files[1::2]:
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert width == paper.WIDTH * paper.RESOLUTION
        assert 400 < height < 4000


def test_an_event_outside_the_periods_is_told(drawn):
    assert drawn.notes[0] == "Not marked, in no period whose name tells its dates: later."


def test_letters_of_every_script_are_found_where_a_font_has_them():
    text = "торговая сыртқы істер министрлігі Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ الشرق"
    assert fonts.covering(text) == fonts.Found([fonts.BASE], "")
    if any(is_installed(name) for name in ("Noto Sans CJK SC", "Noto Sans CJK JP")):
        found = fonts.covering(text + "一带一路互联互通")
        assert found.missing == ""
        assert len(found.families) == 2


def test_characters_that_no_font_has_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "installed", lambda: [fonts.BASE])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figures.draw_drift(tmp_path, *tables())
    assert len(found.files) == 6
    assert any("一" in note and "fonts-noto-cjk" in note for note in found.notes)


def test_advice_names_few_characters_and_a_package():
    assert "(30 characters)" in fonts.advice("".join(chr(0x4E00 + at) for at in range(30)))
    assert "a font that has them" in fonts.advice("\u1c50🚄")


def test_a_damaged_font_is_passed_over(monkeypatch):
    def damaged(path):
        raise RuntimeError("damaged")

    monkeypatch.setattr("matplotlib.font_manager.get_font", damaged)
    monkeypatch.setattr(fonts, "_look_again", lambda: False)
    assert fonts.covering("ab").missing == "ab"


def test_no_text_of_a_figure_is_read_as_mathematics():
    from matplotlib.text import Text

    shares, moves, _ = (frames.tidy(table) for table in tables())
    with paper.style():
        texts = prevalence_lines.draw(shares, moves).figure.findobj(Text)
    assert any("$x_1$ \\frac{" in text.get_text() for text in texts)
    assert not any(text.get_parse_math() for text in texts)


def test_tables_as_read_from_files_give_the_same_bytes_whatever_the_users_style(drawn, tmp_path):
    import matplotlib

    for name, table in zip(("p", "s", "l"), tables(), strict=True):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    read = [pd.read_csv(tmp_path / f"{name}.csv") for name in ("p", "s", "l")]
    with matplotlib.rc_context({"font.size": 30, "text.usetex": True, "svg.fonttype": "none", "lines.linewidth": 9}):
        again = figures.draw_drift(tmp_path, *read, EVENTS)
        assert matplotlib.rcParams["font.size"] == 30
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in drawn.files]


def test_empty_tables_give_reasons_instead_of_figures(tmp_path):
    found = figures.draw_drift(tmp_path, *(table.iloc[:0] for table in tables()))
    assert found.files == []
    assert [note.split(":")[0] for note in found.notes] == [
        "No figure prevalence",
        "No figure shifts",
        "No figure lifecycle",
    ]
    effects, placebos = event_tables()
    assert figures.draw_event(tmp_path, effects.iloc[:0], placebos).files == []


def test_empty_and_partial_periods_are_drawn_and_explained():
    shares, moves, life = (frames.tidy(table) for table in tables(empty=(1,), partial=(3,)))
    with paper.style():
        page = prevalence_lines.draw(shares, moves)
        stream = alluvial.draw(shares, life)
    told = [text.get_text() for text in page.figure.texts]
    assert any("Gap: no posts" in text and "Hollow" in text for text in told)
    lines = [line for line in page.figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert {line.get_linestyle() for line in lines} == {"--", ":"} or len(lines) == 1
    assert any("Hollow column" in text.get_text() for text in stream.figure.texts)


def test_scores_have_no_life_cycle(tmp_path):
    drawn = figures.draw_drift(tmp_path, *(table.assign(kind="concept") for table in tables()))
    assert "No figure lifecycle: scores have no life-cycle: every post has some of each." in drawn.notes


def test_an_event_has_effects_and_placebos(tmp_path):
    effects, placebos = event_tables()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figures.draw_event(tmp_path, effects, placebos)
    names = [path.name for path in found.files if path.suffix == ".svg"]
    assert names == ["effects-2024-08-01.svg", "placebos-2024-08-01.svg"]
    second = effects.assign(event="another of that day")
    both = figures.draw_event(tmp_path, pd.concat([effects, second]), placebos)
    assert "effects-2024-08-01-2.svg" in [path.name for path in both.files]
    assert both.notes == ["No figure placebos-2024-08-01: there is no date to compare with."]
    unknown = figures.draw_event(tmp_path, effects.assign(difference=np.nan), placebos)
    assert unknown.notes == ["No figure effects-2024-08-01: no difference could be measured."]


def test_without_matplotlib_the_error_says_what_to_type(monkeypatch):
    whole = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r'pip install "discourse-drift\[figures\]"'):
        paper.check()


def test_forty_of_many_labels_are_shown_those_furthest_from_no_change():
    many = pd.DataFrame({"label_id": [str(at) for at in range(60)], "difference": np.linspace(-0.2, 0.4, 60)})
    shown = rows.largest(many)
    assert len(shown) == 40
    assert shown["difference"].is_monotonic_decreasing
    assert shown["difference"].abs().min() >= many.drop(shown.index)["difference"].abs().max()


def test_names_lie_apart_in_the_order_of_their_streams():
    heights = np.array([5.0, 4.99, 4.98, 1.0, 0.99])
    spread = alluvial._spread(heights, 0.5)
    assert (np.diff(spread) <= -0.5 + 1e-9).all()
    assert np.allclose(alluvial._spread(np.array([9.0, 4.0, 1.0]), 0.5), [9, 4, 1])


def test_labels_that_moved_come_before_large_ones():
    shares, moves, _ = (frames.tidy(table) for table in tables())
    still = moves.assign(verdict=np.where(moves["label_id"] == "3", "rose", "withheld"))
    assert frames.telling(shares, still, 2)[0] == ("theme", "3")
    largest = shares.groupby("label_id")["n"].sum().idxmax()
    assert frames.telling(shares, still.assign(verdict="withheld"), 1) == [("theme", largest)]


def test_days_are_placed_on_the_axis_of_periods():
    assert frames.place(datetime.date(2024, 1, 1), PERIODS) == -0.5
    assert frames.place(datetime.date(2024, 4, 1), PERIODS) == 0.5
    assert 0.9 < frames.place(datetime.date(2024, 5, 16), PERIODS) < 1.1
    assert frames.place(datetime.date(2023, 12, 31), PERIODS) is None
    assert frames.place(datetime.date(2024, 1, 1), ["before", "after"]) is None


def test_periods_of_every_length_know_their_days():
    assert frames.span("2024") == (datetime.date(2024, 1, 1), datetime.date(2025, 1, 1))
    assert frames.span("2024-12") == (datetime.date(2024, 12, 1), datetime.date(2025, 1, 1))
    assert frames.span("2024-10-01..2025-01-19") == (datetime.date(2024, 10, 1), datetime.date(2025, 1, 20))
    assert frames.span("2024Q3..2025-01") == (datetime.date(2024, 7, 1), datetime.date(2025, 2, 1))
    assert frames.span("before..after") is None
    assert frames.span("2025-W01") == (datetime.date(2024, 12, 30), datetime.date(2025, 1, 6))
