"""A file of hand codes is read by what is in it, or refused with what can be read."""

from __future__ import annotations

import io
import zipfile

import pytest

from discourse.codes.readers import formats
from discourse.codes.readers.formats import read
from discourse.errors import DataError


def test_every_reader_has_its_two_functions():
    for name in formats.FORMATS:
        module = formats._module(name)
        assert callable(module.recognises)
        assert callable(module.read)
    assert list(formats.FORMATS)[-1] == "tables"


def test_no_reader_takes_the_file_of_another(honest):
    """Asked in any order, one reader alone answers for each file, but for plain tables, which come last."""
    for name, data in honest.items():
        claimed = [one for one in formats.FORMATS if one != "tables" and formats._module(one).recognises(data, name)]
        assert len(claimed) <= 1, (name, claimed)


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7 ...", "a PDF document.*There are: "),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "an old Excel or Word file"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "an image"),
        (b"\x00" * 5000, "no format in which codes can be read"),
    ],
)
def test_what_is_no_file_of_codes(tmp_path, data, said):
    path = tmp_path / "codes.bin"
    path.write_bytes(data)
    with pytest.raises(DataError, match=said) as refused:
        read(path)
    assert str(refused.value).startswith(str(path))


def test_some_zip_and_files_that_are_not_there(tmp_path):
    (tmp_path / "codes.zip").write_bytes(zipped())
    for path in (tmp_path / "codes.zip", tmp_path / "gone.csv", tmp_path):
        with pytest.raises(DataError, match=f"^{path}"):
            read(path)
