"""The outermost floor: Prefect flows, schedule, command line; the only place that knows Prefect."""

import os

# Prefect reads these when it is first imported, which only modules below do.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

# Read by the number libraries when they are first imported. Their threads wait for each other in
# busy loops: no gain on an idle machine, a tenfold loss on a busy one. More processes scale.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
