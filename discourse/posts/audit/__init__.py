"""The audit of a corpus: what is in it, counted, before anything is found in it."""

from discourse.posts.audit.whole import audit

__all__ = ["audit"]
