"""The one number that stands for posts without a theme."""

NOISE = -1
