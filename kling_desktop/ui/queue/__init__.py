"""The jobs: their states, their progress, and what can be done about them."""
