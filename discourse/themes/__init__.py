"""Themes: what posts are about, found from their vectors and said in words."""
