"""Identifiers and sums of money in a mail: shapes, roles, which claim they belong to."""
