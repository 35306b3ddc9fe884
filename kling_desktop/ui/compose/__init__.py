"""What is asked for: the model, the prompt, the settings and the Generate button."""
