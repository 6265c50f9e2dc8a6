"""Codes that people gave by hand: read from the files of their software, laid on posts, compared and put to use."""
