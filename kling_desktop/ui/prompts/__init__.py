"""Words that were written before: sent prompts, snippets and presets."""
