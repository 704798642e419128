"""`triage serve`: pages over HTTP."""

from __future__ import annotations

import click

from flows.commands.options import given_settings


@click.command()
@click.option(
    "--health",
    "health_only",
    is_flag=True,
    required=True,
    help="Health, liveness and metrics: /health, /live, /metrics.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0: any free."
)
def serve(*, health_only: bool, host: str, port: int) -> None:
    """Serve pages over HTTP until SIGINT or SIGTERM.

    The pages name mailboxes and errors and ask for no password: let only the machines that watch
    reach them.
    """
    import uvicorn

    from flows.watching import Watcher
    from pipeline.web.health import health_app

    del health_only  # the only pages yet
    watcher = Watcher(given_settings())
    try:
        uvicorn.run(health_app(watcher.look), host=host, port=port, log_config=None, workers=1)
    finally:
        watcher.close()
