"""Lets these tests import the bootstrap, which lives beside run.py and not in the program."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
