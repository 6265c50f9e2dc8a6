"""Texts to unit vectors: `load` an encoder by name, see what is `available`."""

from discourse.encoders.base import Encoder, unit_rows
from discourse.encoders.choice import available, load

__all__ = ["Encoder", "available", "load", "unit_rows"]
