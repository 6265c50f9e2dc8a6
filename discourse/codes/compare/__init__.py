"""What a machine found in posts beside the codes that people gave them: pure tables from arrays."""
