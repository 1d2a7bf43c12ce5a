"""The nouns. Frozen, without behaviour that touches the world, importing nothing of ours."""
