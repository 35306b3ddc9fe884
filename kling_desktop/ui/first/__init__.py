"""The first minutes: a sample to begin with, three hints, and the step out of the sandbox."""
