from __future__ import annotations

import numpy as np
import pandas as pd

from discourse.change.lexical import COLUMNS as WORD_COLUMNS
from discourse.change.semantic import COLUMNS
from discourse.cli.render_wording import lexical_table, semantic_table


def meaning(rows):
    base = dict.fromkeys(COLUMNS, "") | {"from": "2024Q1", "to": "2024Q2", "n_from": 1_200, "n_to": 900}
    numbers = {"drift": 0.1, "floor": 0.02, "drift_p": 0.01, "drift_q": 0.02, "spread": -0.1, "spread_p": 0.5}
    return pd.DataFrame([base | numbers | {"spread_q": 0.6, "scale": 0.3, "fraction": 0.4} | row for row in rows])


def word(number, **changed):
    base = dict.fromkeys(WORD_COLUMNS, "") | {"label": "a\x1b[2Jlabel", "lang": "en", "from": "a", "to": "b"}
    counts = {"posts_from": 3, "posts_to": 1_000, "n_from": 2_000, "n_to": 3_000, "z": 3.0, "p": 0.01, "q": 0.01}
    named = {"direction": "came", "rank": number, "word": f"word{number}", "claimed": number == 1}
    return base | counts | named | changed


def fits(text):
    from rich.cells import cell_len

    assert max(map(cell_len, text.splitlines())) <= 100
    assert "\x1b" not in text
    return text


def test_changes_of_meaning_come_first_and_the_rest_is_counted(capsys):
    nothing = {"drift_p": np.nan, "spread_p": np.nan, "drift_q": np.nan, "spread_q": np.nan, "verdict": "not estimable"}
    table = meaning(
        [
            {"label": "still", "verdict": "no detectable change", "drift_q": 0.9, "fraction": np.nan},
            {"label": "from member to protector " * 6, "verdict": "moved, narrower"},
            {"label": "rare", **nothing},
        ]
    )
    semantic_table(table)
    shown = fits(capsys.readouterr().out)
    assert shown.index("member") < shown.index("still")
    assert "1 of 2 comparisons show a change; 1 more" in shown
    assert "rare" not in shown
    semantic_table(pd.concat([table, table.assign(to="2024Q3", verdict="no detectable change")]))
    assert "still" not in capsys.readouterr().out
    semantic_table(table[2:])
    assert "nothing can be compared" in capsys.readouterr().out


def test_words_are_listed_where_some_are_claimed(capsys):
    rows = [word(number) for number in range(1, 12)] + [word(1, direction="went", word="关税" * 30, claimed=False)]
    lexical_table(pd.DataFrame(rows))
    shown = fits(capsys.readouterr().out)
    assert "word1* 3→1,000" in shown
    assert "word9" not in shown
    assert "1 of 1 lists" in shown
    lexical_table(pd.DataFrame([word(2), word(3)]))
    assert "none of 1 lists" in capsys.readouterr().out
    lexical_table(pd.DataFrame(columns=list(WORD_COLUMNS)))
    assert "nothing can be compared" in capsys.readouterr().out
