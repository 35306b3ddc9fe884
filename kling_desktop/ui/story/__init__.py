"""What happened to a job, in a window of its own."""
