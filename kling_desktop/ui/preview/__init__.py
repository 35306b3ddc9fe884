"""The motion on the canvas before any money is spent: preview, not the model."""
