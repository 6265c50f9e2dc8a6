"""Projects that are written validate, and come back as they were."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discourse.codes import refi_project
from discourse.codes.readers import refi, refi_codebook
from discourse.codes.refi_project import Project
from discourse.codes.xml_file import writable

COLUMNS = ["row", "scheme", "code", "coder"]


def project(texts, codings, codes=(), name="run"):
    posts = pd.DataFrame(
        {
            "post_id": [f"e{i}" for i in range(len(texts))],
            "text": pd.Series(texts, dtype="str"),
            "date": pd.date_range("2024-01-31T23:30", periods=len(texts), freq="min", tz="Asia/Almaty"),
            "lang": ["ru"] * len(texts),
            "account": pd.Series([None, *["@embassy"] * (len(texts) - 1)], dtype="str"),
        }
    )
    posts.loc[posts.index[-1:], "date"] = pd.NaT
    listed = dict.fromkeys((scheme, code) for _, scheme, code, _ in codings) | dict.fromkeys(codes)
    codes = pd.DataFrame([(*key, f"About {key[1]}.") for key in listed], columns=["scheme", "code", "definition"])
    return Project(name, "2026-01-31T12:00:00+00:00", posts, codes, pd.DataFrame(codings, columns=COLUMNS))


@pytest.fixture
def there_and_back(tmp_path):
    def go(made):
        refi_project.write(made, tmp_path / "p.qdpx")
        return refi.read((tmp_path / "p.qdpx").read_bytes(), "p.qdpx")

    return go


@pytest.fixture
def several(golden):
    texts = [text for sentences in golden.values() for text in sentences]
    texts += ["🌾🚜\r\nдве строки\r\n", "a\rb\nc\td", "\x0bcontrol\x00\x1f", "<b>&amp;</b> ]]>", "\ufeffmark", "=1+1"]
    codings = [(i, "themes", f"тема {i % 3} · 题", "discourse") for i in range(len(texts) - 2)]
    codings += [(0, "topics", "UN & <SCO>", "Айгүл"), (0, "topics", "none", "Ben"), (3, "", '"quoted"', "Ben")]
    codings += [(3, "topics", "trade", "Айгүл"), (4, "topics", "trade", "")]
    return project(texts, codings, codes=[("topics", "never given")], name="пробег <1>")


def test_a_project_comes_back_with_its_texts_codes_codings_coders_and_identifiers(several, there_and_back):
    found = there_and_back(several)
    assert found.sources["post_id"].tolist() == several.posts["post_id"].tolist() == found.sources["name"].tolist()
    assert found.sources["text"].tolist() == several.posts["text"].tolist()
    given_ = several.codings[several.codings["code"] != "none"]
    back = found.codings.rename(columns={"source": "row"})
    assert sorted(back[COLUMNS].to_numpy().tolist()) == sorted(given_[COLUMNS].to_numpy().tolist())
    assert (back["quote"] == several.posts["text"].iloc[back["row"]].to_numpy()).all()
    assert found.read.to_numpy().tolist() == [[0, "Ben", "topics"]]
    codes = several.codes[several.codes["code"] != "none"]
    assert sorted(found.codes[["scheme", "code", "definition"]].to_numpy().tolist()) == sorted(
        codes.to_numpy().tolist()
    )
    assert found.notes == ["passed over, since they are no codes: the variables date, lang, account."]


@pytest.fixture(scope="module")
def schema(shared_data):
    path = shared_data / "formats" / "refi-qda" / "Project-mrt2019.xsd"
    if not path.is_file():
        pytest.skip("no schema of REFI-QDA in ../shared/data")
    return pytest.importorskip("xmlschema").XMLSchema(str(path))


def test_projects_validate_against_the_schema(several, schema, tmp_path):
    for made in (several, project(["alone"], []), project(["one", "two"], [], codes=[("s", "c")])):
        refi_project.write(made, tmp_path / "p.qdpx")
        with zipfile.ZipFile(tmp_path / "p.qdpx") as archive:
            schema.validate(io.BytesIO(archive.read("project.qde")))
            assert archive.testzip() is None
            assert all(name == "project.qde" or Path(name).parent == Path("sources") for name in archive.namelist())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4),
    names=st.lists(st.text(min_size=1, max_size=12).map(str.strip).filter(bool), min_size=1, max_size=3, unique=True),
)
def test_any_texts_and_names_of_codes_come_back(there_and_back, texts, names):
    names = list(dict.fromkeys(writable(name) for name in names if name.casefold() != "none"))
    codings = [(i % len(texts), "scheme", name, f"coder {name}") for i, name in enumerate(names)]
    found = there_and_back(project(texts, codings))
    assert found.sources["text"].tolist() == texts
    back = found.codings[["source", "scheme", "code", "coder"]].to_numpy().tolist()
    assert sorted(back) == sorted(map(list, codings))


def test_the_same_project_is_always_the_same_file(several, tmp_path):
    for name in "ab":
        refi_project.write(several, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_codebook_comes_back(several, tmp_path):
    refi_project.write_codebook(several.codes, tmp_path / "c.qdc")
    found = refi_codebook.read((tmp_path / "c.qdc").read_bytes(), "c.qdc")
    assert sorted(found.codes[["scheme", "code", "definition"]].to_numpy().tolist()) == sorted(
        several.codes.to_numpy().tolist()
    )


@pytest.mark.slow
def test_a_hundred_thousand_posts_are_written_and_read_in_little_memory(tmp_path):
    import resource

    n = 100_000
    codings = [(i, "themes", f"theme {i % 40}", "discourse") for i in range(n)]
    made = project(["Договор о торговле зерном подписан сегодня в Астане. " * 8] * n, codings)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refi_project.write(made, tmp_path / "p.qdpx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, "kilobytes"
    assert len(refi.read((tmp_path / "p.qdpx").read_bytes(), "p.qdpx").codings) == n
