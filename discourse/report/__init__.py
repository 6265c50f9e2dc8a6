"""What is shown of results: figures for a paper."""

from discourse.report.figures import Drawn, draw_drift, draw_event
from discourse.report.paper import check

__all__ = ["Drawn", "check", "draw_drift", "draw_event"]
