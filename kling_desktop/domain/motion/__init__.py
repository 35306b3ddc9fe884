"""The motion brush without a window: masks, regions, trajectories, and the tools that make them."""
