"""The window: it paints and dispatches; everything that takes time is the engine's."""
