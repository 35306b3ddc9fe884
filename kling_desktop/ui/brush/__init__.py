"""Everything around the canvas of the motion brush: tools, options, regions, history, keys."""
