"""Readers of files of posts, one module a format."""

from discourse.posts.readers.files import Files, expand
from discourse.posts.readers.formats import FORMATS, Format, read_file
from discourse.posts.readers.intake import content
from discourse.posts.readers.rows import Rows

__all__ = ["FORMATS", "Files", "Format", "Rows", "content", "expand", "read_file"]
