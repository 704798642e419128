"""Schema revisions, oldest first in `versions`; run by `pipeline.store.schema`."""
