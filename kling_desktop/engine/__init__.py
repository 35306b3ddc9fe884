"""Use cases: what happens between Generate and a clip on disk. No Qt, no wire, no database."""
