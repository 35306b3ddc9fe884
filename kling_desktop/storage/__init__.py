"""The disk: the ledger, the owners of jobs, the key, and the files that come and go."""
