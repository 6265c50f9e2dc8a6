"""The page a figure stands on: its measures, colours and signs, and how it becomes files, the same every time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from discourse.errors import UsageError
from discourse.report import fonts, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 7.0
"""Inches: 178 mm, the text width of most journals."""
RESOLUTION = 300
TITLE, TEXT, SMALL = 9.0, 7.0, 6.5
"""Points."""

INK, GREY, PALE = "#222222", "#767676", "#dedede"
ROSE, FELL = "#0072b2", "#c04a00"
"""Blue and vermilion stay apart in every common form of colour blindness; no figure tells them by colour alone."""

MARKS = {"rose": "^", "fell": "v", "no detectable change": "o", "withheld": "x"}
COLOURS = {"rose": ROSE, "fell": FELL, "no detectable change": INK, "withheld": GREY}
SIGNS = {"rose": "▲", "fell": "▼"}

_LINE = 0.145
"""Height of a line of a title or a note, inches."""
_EDGE = 0.08


def check() -> None:
    """Refuse to draw, before any work is done, where the library for it is not installed.

    Raises
    ------
    UsageError
        When matplotlib can't be imported.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise UsageError('figures need matplotlib; type: pip install "discourse-drift[figures]"') from None


@contextmanager
def style() -> Iterator[None]:
    """Draw with matplotlib's own settings and these, whatever the user's are; text is never read as mathematics."""
    import matplotlib

    ours: Any = {
        "font.family": [fonts.BASE],
        "font.size": TEXT,
        "text.parse_math": False,
        "text.color": INK,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "lines.solid_capstyle": "butt",
        "svg.fonttype": "path",
        "svg.hashsalt": "discourse",
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(ours)
        yield


class Page:
    """A figure of full width with a title, what it is about, a body of so many inches, and a note.

    Parameters
    ----------
    title : str
        What is shown.
    about : str
        Of what: posts, periods, how many.
    body : float
        Height of the body, inches.
    note : str
        How to read it.
    """

    def __init__(self, title: str, about: str, body: float, note: str) -> None:
        from matplotlib.figure import Figure

        below = words.wrap(note, 128, 12)
        upper = words.wrap(about, 118, 2)
        head = _EDGE + _LINE * (2.0 + upper.count("\n"))
        foot = _EDGE + _LINE * 0.85 * (1 + below.count("\n")) + 0.06
        self.title = title
        self.height = head + 0.1 + body + foot
        self._top = head + 0.1
        self.figure: Figure = Figure(figsize=(WIDTH, self.height), facecolor="white")
        self._write(_EDGE, title, top=True, fontsize=TITLE, fontweight="bold")
        self._write(_EDGE + _LINE * 1.15, upper, top=True, fontsize=TEXT, color=GREY)
        self._write(_EDGE, below, top=False, fontsize=SMALL, color=GREY)

    def axes(self, left: float, top: float, width: float, height: float, **settings: Any) -> Axes:
        """Put axes on the body; inches from its upper left corner."""
        bottom = self.height - self._top - top - height
        place = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return self.figure.add_axes(place, **settings)

    def save(self, folder: Path, name: str) -> tuple[list[Path], str]:
        """Write the figure as SVG and PNG.

        Text is drawn as outlines in the SVG: they look the same on every machine, whatever fonts it has.

        Returns
        -------
        list of Path
        str
            Characters that no installed font has.
        """
        from matplotlib.text import Text

        texts = self.figure.findobj(Text)
        found = fonts.covering("".join(text.get_text() for text in texts))
        for text in texts:
            text.set_fontfamily(found.families)
        paths = [folder / f"{name}.svg", folder / f"{name}.png"]
        with warnings.catch_warnings():
            if found.missing:  # told in a note that names them all
                warnings.filterwarnings("ignore", "Glyph .* missing from")
            self.figure.savefig(paths[0], metadata={"Date": None, "Creator": None, "Title": self.title})
            self.figure.savefig(paths[1], dpi=RESOLUTION, metadata={"Software": None, "Title": self.title})
        return paths, found.missing

    def _write(self, inches: float, text: str, *, top: bool, **look: Any) -> None:
        at = 1 - inches / self.height if top else inches / self.height
        self.figure.text(_EDGE / WIDTH, at, text, va="top" if top else "bottom", linespacing=1.25, **look)


def percent_tick(value: float, position: int) -> str:
    """Set the tick of a share: per cent, with no more digits than needed."""
    return f"{100 * value:g} %"


def points_tick(value: float, position: int) -> str:
    """Set the tick of a difference of shares: percentage points, with their sign."""
    return (f"{100 * value:+g}" if round(value, 9) else "0").replace("-", "−")
