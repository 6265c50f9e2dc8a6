from __future__ import annotations

import tomllib

import pytest

from discourse import config
from discourse.errors import UsageError


def test_defaults_are_what_the_classes_say():
    assert config.load() == config.Settings()


def test_template_holds_every_setting_at_its_default(tmp_path):
    file = tmp_path / "discourse.toml"
    file.write_text(config.template(), encoding="utf-8")
    assert config.load(file=file) == config.Settings()
    lines = config.template().splitlines()
    for section, key in config.flags().values():
        assert f"[{section}]" in lines
        assert any(line.lstrip("# ").startswith(f"{key} =") for line in lines)


def test_template_is_valid_toml():
    assert set(tomllib.loads(config.template())) == {"posts", "encoder", "themes", "labels"}


def test_later_sources_win(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[themes]\nmin_size = 11\nneighbors = 9\nseed = 3\n", encoding="utf-8")
    settings = config.load(file=file, assignments=["themes.neighbors=8", "themes.seed=4"], overrides={"seed": 5})
    assert (settings.themes.min_size, settings.themes.neighbors, settings.themes.seed) == (11, 8, 5)


def test_an_override_of_none_means_not_given():
    assert config.load(overrides={"min_size": None, "encoder": None}) == config.Settings()


def test_a_base_is_kept_where_nothing_is_said():
    base = config.load(overrides={"timezone": "Asia/Almaty", "min_size": 40})
    assert config.load(base=base, overrides={"min_size": 20}).posts.timezone == "Asia/Almaty"


def test_settings_survive_the_manifest():
    settings = config.load(overrides={"granularity": 1, "keep_boilerplate": True, "since": "2024Q1"})
    assert config.Settings.from_dict(settings.as_dict()) == settings


@pytest.mark.parametrize(
    ("assignment", "fragment"),
    [
        ("themes.minsize=3", "did you mean min_size?"),
        ("theme.min_size=3", "did you mean themes?"),
        ("themes.min_size=many", "must be a whole number, not 'many'"),
        ("themes.min_size=true", "must be a whole number"),
        ("themes.min_size=1", "must lie between 2 and"),
        ("themes.granularity=1.5", "must lie between 0 and 1"),
        ("posts.keep_boilerplate=1", "must be true or false"),
        ("encoder.backend=onnxx", "did you mean onnx?"),
        ("posts.date_order=dmy", "day-first or month-first"),
        ("min_size=3", "section.key=value"),
        ("themes.min_size", "section.key=value"),
    ],
)
def test_set_refuses_what_is_off_and_says_what_to_type(assignment, fragment):
    with pytest.raises(UsageError) as caught:
        config.load(assignments=[assignment])
    assert fragment in str(caught.value)
    assert assignment in str(caught.value)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("[themes]\nminsize = 3\n", "did you mean min_size?"),
        ("[thems]\nmin_size = 3\n", "did you mean [themes]?"),
        ("min_size = 3\n", "there is no section [min_size]"),
        ("[themes\n", "can't be read as TOML"),
        ("[posts]\nid = [1]\n", "must be a text"),
    ],
)
def test_a_file_that_is_off_is_named(tmp_path, text, fragment):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        config.load(file=file)
    assert fragment in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_a_missing_file_points_to_init(tmp_path):
    with pytest.raises(UsageError, match="discourse init"):
        config.load(file=tmp_path / "none.toml")


def test_an_unquoted_date_in_toml_is_a_date(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[posts]\nsince = 2025-01-20\nuntil = 2025\n", encoding="utf-8")
    settings = config.load(file=file)
    assert (settings.posts.since, settings.posts.until) == ("2025-01-20", "2025")


def test_unknown_keyword_arguments_are_refused():
    with pytest.raises(UsageError, match="did you mean min_size"):
        config.load(overrides={"minsize": 3})


def test_settings_as_a_whole_exclude_single_ones():
    with pytest.raises(UsageError, match="not both"):
        config.gather(config.Settings(), None, {"seed": 1})
