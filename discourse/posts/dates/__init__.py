"""Dates in whatever way they are written, to one time zone."""

from discourse.posts.dates.column import ORDERS, Dates, check_timezone, parse, share_of_dates
from discourse.posts.dates.window import bounds, within

__all__ = ["ORDERS", "Dates", "bounds", "check_timezone", "parse", "share_of_dates", "within"]
