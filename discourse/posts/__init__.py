"""Posts: from files of any usual kind to one table."""

from discourse.posts.table import Posts, read

__all__ = ["Posts", "read"]
