"""The workflow store: intake ledger, decided mail, reviews, events."""
