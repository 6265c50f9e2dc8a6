"""Files of hand codes, one module a format."""
