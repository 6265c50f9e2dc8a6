"""What is shown of results: figures for a paper."""
