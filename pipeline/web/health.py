"""`/health`, `/live` and `/metrics`: for probes, load balancers and Prometheus."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from pipeline.health.shown import health_as_json
from pipeline.web.metrics import Watch, metrics_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.health.judge import Health

logger = logging.getLogger(__name__)


def health_app(look: Callable[[], Watch]) -> FastAPI:
    """Make an application of these pages alone.

    Args:
        look: Reads how everything stands, at each request.
    """
    app = FastAPI(title="triage health", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health_pages(look))
    return app


def health_pages(look: Callable[[], Watch]) -> APIRouter:
    """Make the pages, for an application that has others too.

    `/health` answers 503 where there is an alarm, so that a probe needs not read it; `/live`
    answers 200 while the process lives.

    Args:
        look: Reads how everything stands, at each request.
    """
    router = APIRouter()
    told: set[tuple[str, str]] = set()
    lock = threading.Lock()

    def looked() -> Watch:
        watch = look()
        with lock:
            _log_changes(watch.health, told)
        return watch

    @router.api_route("/health", methods=["GET", "HEAD"])
    def health() -> JSONResponse:
        health = looked().health
        return JSONResponse(health_as_json(health), 503 if health.level == "alarm" else 200)

    @router.api_route("/live", methods=["GET", "HEAD"])
    def live() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(metrics_text(looked()), media_type=CONTENT_TYPE_LATEST)

    return router


def _log_changes(health: Health, told: set[tuple[str, str]]) -> None:
    """A log line when something goes wrong, and one when it is well again."""
    present = {(finding.code, finding.mailbox): finding for finding in health.findings}
    for key, finding in present.items():
        if key not in told:
            level = logging.ERROR if finding.level == "alarm" else logging.WARNING
            logger.log(level, "%s: %s %s: %s", finding.level, *key, finding.told)
    for code, mailbox in told - present.keys():
        logger.warning("well again: %s %s", code, mailbox)
    told.clear()
    told.update(present)
