"""Pictures and video: decode, prepare, render, measure. Heavy libraries are imported lazily."""
