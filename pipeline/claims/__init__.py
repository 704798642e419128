"""The own words of a mail to claims: sentences, then which of them belong together."""
