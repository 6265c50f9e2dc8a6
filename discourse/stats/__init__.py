"""Statistics: pure functions on numbers and arrays, which know no posts, themes, files or terminals."""
