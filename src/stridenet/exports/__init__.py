"""A trained model in other languages and formats, each checked against the same vectors."""
