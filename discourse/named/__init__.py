"""What a researcher names beforehand: codebooks of codes, with their keywords, and concepts."""
