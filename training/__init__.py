"""Labelled examples to a model version, and how good it is."""
