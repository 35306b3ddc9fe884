"""The command line: the same engine and ledger as the window, for scripts and strangers."""
