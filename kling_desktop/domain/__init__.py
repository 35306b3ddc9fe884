"""Values and rules: what a job, an endpoint and a price are, with no I/O at all."""
