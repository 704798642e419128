"""The outermost floor: Prefect flows, schedule, command line; the only place that knows Prefect."""
