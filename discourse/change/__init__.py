"""Change over time: what moved between periods and at events, when, and how sure that is."""
