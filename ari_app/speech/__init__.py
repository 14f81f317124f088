"""Speaking and the models for listening: text to sound, the prompts, the speech models on disk."""
