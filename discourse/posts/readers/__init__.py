"""Readers of files of posts, one module a format."""

from discourse.posts.readers.files import content, expand
from discourse.posts.readers.formats import FORMATS, Format, read_file
from discourse.posts.readers.rows import Rows

__all__ = ["FORMATS", "Format", "Rows", "content", "expand", "read_file"]
