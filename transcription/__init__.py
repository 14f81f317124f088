"""What a message says: sound to words, words to a proposed category."""
