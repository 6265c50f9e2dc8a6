import shutil

import numpy as np
import pandas as pd
import pytest

import discourse
from discourse.errors import UsageError
from discourse.jobs import refit_plan, refit_work, stability_tables
from discourse.jobs.refit_plan import MULTIVERSE, PERIOD, SUBSAMPLE, Corpus
from discourse.jobs.stability import seconds_of, stability
from discourse.themes import defaults
from discourse.themes.canonical import Distinct
from discourse.themes.refit import refit


@pytest.fixture
def run_path(demo_run, tmp_path):
    return shutil.copytree(demo_run.path, tmp_path / "run")


@pytest.fixture(scope="module")
def whole(demo_run, tmp_path_factory):
    """All of the plan but most of its rounds, for tests that only read."""
    folder = tmp_path_factory.mktemp("stability")
    path = shutil.copytree(demo_run.path, folder / "run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCOURSE_CACHE", str(folder))
        patch.setattr(refit_plan, "SUBSAMPLES", 12)
        patch.setattr(refit_plan, "DRAWS", 11)
        patch.setattr(refit_plan, "SEEDS", 1)
        patch.setattr(refit_plan, "_PERIOD_POSTS", 40)
        return stability(path, budget="5m"), discourse.open_run(path)


def test_the_run_holds_what_was_found(whole):
    _, run = whole
    assert discourse.verify(run) == []
    folder = run.path / "stability"
    themes = pd.read_csv(folder / "themes.csv")
    contract = ["theme", "label", "n_posts", "jaccard", "low", "high", "refits", "found", "verdict", "note"]
    assert list(themes.columns)[: len(contract)] == contract
    assert themes["theme"].tolist() == run.themes["theme"].tolist()
    assert themes["n_posts"].tolist() == run.themes["n_posts"].tolist()
    assert (themes["refits"] == 12).all()
    assert themes["jaccard"].between(0, 1).all()
    assert set(themes["verdict"]) <= {"robust", "fragile", "artefact"}
    fits = pd.read_parquet(folder / "fits.parquet")
    specifications = pd.read_csv(folder / "specifications.csv")
    assert fits["post_id"].tolist() == run.posts["post_id"].tolist()
    assert list(fits.columns)[1:] == specifications["fit"].tolist()
    assert fits.drop(columns="post_id").min().min() >= -2
    assert set(specifications["kind"]) == {SUBSAMPLE, MULTIVERSE, PERIOD}
    assert run.manifest["added"]["stability"]["done"] == {SUBSAMPLE: 12, MULTIVERSE: 3, PERIOD: 12}


def test_subsamples_leave_out_whole_weeks(whole):
    found, run = whole
    fits = pd.read_parquet(run.path / "stability" / "fits.parquet")
    assert found.facts["block"] == "week"
    original = run.posts["duplicate_of"].isna() & run.posts["date"].notna()
    week = discourse.posts.periods.names(run.posts["date"], "week")[original]
    left_out = (fits.loc[original, "subsample-1"] == -2).groupby(week.astype(str)).agg(["min", "max"])
    assert (left_out["min"] == left_out["max"]).all()
    assert 0.75 < (~left_out["min"]).mean() < 0.85


def test_changes_from_quarter_to_quarter_have_their_support(whole):
    found, run = whole
    table = found.transitions
    assert len(table)
    assert set(table["change"]) <= {"lasts", "splits", "merges", "ends", "begins", "unclear"}
    assert (table["draws"] == 11).all()
    assert ((table["support"] >= 0.7) == (table["verdict"] == "sure")).all()
    assert table["run_theme"].isin([-1, *run.themes["theme"]]).all()


def test_another_call_goes_on_and_gives_the_same_as_one_long_call(run_path, monkeypatch):
    monkeypatch.setattr(refit_plan, "SUBSAMPLES", 6)
    monkeypatch.setattr(refit_plan, "DRAWS", -1)
    monkeypatch.setattr(refit_plan, "SEEDS", 1)
    first = stability(run_path, budget="0.001s")
    assert 1 <= sum(first.facts["done"].values()) < 9
    assert set(first.themes["verdict"]) == {"not measured"}
    again = stability(run_path, budget="5m")
    assert again.facts["done"] == again.facts["planned"] == {SUBSAMPLE: 6, MULTIVERSE: 3, PERIOD: 0}
    assert again.facts["now"] == 9 - sum(first.facts["done"].values())
    monkeypatch.setenv("DISCOURSE_CACHE", str(run_path.parent / "empty"))
    anew = stability(run_path, budget="5m")
    assert anew.facts["now"] == 9
    pd.testing.assert_frame_equal(anew.themes, again.themes)
    assert discourse.verify(run_path) == []
    with pytest.raises(UsageError, match="--seed 0"):
        stability(run_path, budget="1s", seed=1)
    assert stability(run_path, budget="0.001s", seed=1, replace=True).facts["seed"] == 1


@pytest.mark.parametrize(
    ("part", "change"), [("themes", {"min_size": 30}), ("files", {"posts.parquet": {"sha256": "0"}})]
)
def test_refits_of_a_run_made_otherwise_are_not_taken_for_its_own(demo_run, part, change):
    manifest = demo_run.manifest | {part: demo_run.manifest[part] | change}
    other = refit_plan.corpus(discourse.Run(demo_run.path, manifest))
    assert other.identity != refit_plan.corpus(demo_run).identity


def test_a_damaged_refit_is_made_again_and_a_cache_that_cannot_be_written_is_told(run_path, tmp_path, monkeypatch):
    corpus = refit_plan.corpus(discourse.open_run(run_path))
    task = refit_plan.plan(corpus, 0)[0]
    made = refit_work.do(corpus, task)
    done, times, notes = refit_work.within(corpus, [task], tmp_path / "kept", 60, lambda *_: None)
    assert (len(times), notes) == (1, [])
    assert np.array_equal(done[task].labels, made.labels)
    file = tmp_path / "kept" / task.file
    file.write_bytes(file.read_bytes()[:200])
    _, times, _ = refit_work.within(corpus, [task], tmp_path / "kept", 60, lambda *_: None)
    assert len(times) == 1
    (tmp_path / "a-file").write_text("")
    _, _, notes = refit_work.within(corpus, [task], tmp_path / "a-file", 60, lambda *_: None)
    assert "can't be kept" in notes[0]


@pytest.mark.parametrize("budget", ["10", "m", "0s", "-5s", "10 days", ""])
def test_a_budget_that_is_no_time_is_refused(budget):
    with pytest.raises(UsageError, match="90s, 10m or 2h"):
        seconds_of(budget)


def synthetic(vectors):
    """Vectors as a corpus of 20 weeks, and the themes they fall into."""
    m = len(vectors)
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    k, size = defaults.neighbors(m), defaults.min_size(m)
    order = Distinct(np.arange(m), np.arange(m))
    week = np.random.default_rng(0).integers(0, 20, m)
    nowhere = np.full(m, -1)
    corpus = Corpus(unit, order, np.arange(m), week, "week", nowhere, (), k, size, 0.5, False, 0, "x")
    (found,) = refit(unit, neighbors=k, min_sizes=[size], seed=0)
    return corpus, found.labels


def verdicts(vectors, folder, subsamples=10):
    corpus, reference = synthetic(vectors)
    tasks = refit_plan.plan(corpus, 0)
    tasks = [t for t in tasks if t.kind == MULTIVERSE][:4] + [t for t in tasks if t.kind == SUBSAMPLE][:subsamples]
    done, _, _ = refit_work.within(corpus, tasks, folder, 600, lambda *_: None)
    fits = stability_tables.fits_of(corpus, done)
    labels = {k: str(k) for k in range(int(reference.max()) + 1)}
    counts = dict(enumerate(np.bincount(reference[reference >= 0]).tolist()))
    specifications = stability_tables.specifications(corpus, fits, reference, labels)
    table = stability_tables.themes(corpus, done, fits, specifications, reference, labels, counts, seed=0)
    return table["verdict"].tolist()


def test_well_parted_groups_are_robust(tmp_path):
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(6, 30))
    found = verdicts(centres[rng.integers(0, 6, 250)] + 0.6 * rng.normal(size=(250, 30)), tmp_path)
    assert found == ["robust"] * 6


@pytest.mark.parametrize("dimensions", [20, 200])
def test_themes_of_random_vectors_are_artefacts(dimensions, tmp_path):
    found = verdicts(np.random.default_rng(2).normal(size=(250, dimensions)), tmp_path)
    assert found
    assert set(found) == {"artefact"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dimensions", "draws", "most"),
    [(3, 8, 0.15), (4, 8, 0.08), (5, 8, 0.05), (10, 6, 0.05), (20, 4, 0.05), (200, 4, 0.05)],
)
def test_a_cloud_without_groups_has_hardly_any_robust_themes(dimensions, draws, most, tmp_path, calibrated):
    """In three dimensions or four, the lumps of a sample are so dense that 80 % of it has them, too: a limit."""
    found = [
        word
        for run in range(draws)
        for word in verdicts(np.random.default_rng(run).normal(size=(600, dimensions)), tmp_path / str(run), 20)
    ]
    limit = " (a limit)" if most > 0.05 else ""
    calibrated(
        "stability: share of the themes of clouds without groups that pass for robust",
        f"{draws} clouds of 600 random vectors of {dimensions} numbers, {len(found)} themes in all{limit}",
        found.count("robust") / len(found),
        0,
        most,
        draws,
    )
