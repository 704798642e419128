"""The outermost floor: Prefect flows, schedule, command line; the only place that knows Prefect."""

import os

# Prefect reads these when it is first imported, which only modules below do.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
