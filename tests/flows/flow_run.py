"""A process that runs the real flow on a Prefect server of its own and tells what the server saw.

Settings come from the environment, as they do for a worker.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.testing.utilities import prefect_test_harness

from flows import reconcile
from flows.deployments import deploy_ingest, deploy_reconcile
from flows.ingest import ARTIFACT, ingest, run_flow
from flows.proof import proof_as_json

POOL = "mail-workers"


def main() -> None:
    """Print one JSON object."""
    logging.disable(logging.CRITICAL)
    with prefect_test_harness(server_startup_timeout=120):
        client = get_client(sync_client=True)
        assert isinstance(client, SyncPrefectClient)
        runs = [asdict(run_flow(["claims"])) for _ in range(2)]
        failed = asdict(run_flow(["claims", "locked"]))
        told = {"runs": runs, "failed": failed, **_seen(client)}
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        number = deploy_ingest(POOL, mailboxes=["claims"], interval_seconds=90)
        told["deployment"] = client.read_deployment(number).model_dump(mode="json")
        told["proofs"] = [
            proof_as_json(reconcile.run_flow(names)) for names in (["claims"], ["claims", "locked"])
        ]
        told["proof_artifacts"] = _artifacts(client, reconcile.ARTIFACT)
        number = deploy_reconcile(POOL, interval_seconds=3600)
        told["proof_deployment"] = client.read_deployment(number).model_dump(mode="json")
        print(json.dumps(told))  # noqa: T201 -- the answer of this program


def _seen(client: SyncPrefectClient) -> dict[str, Any]:
    flow_runs = client.read_flow_runs()
    return {
        "states": sorted(run.state_name or "" for run in flow_runs),
        "parameters": [run.parameters for run in flow_runs],
        "artifacts": _artifacts(client, ARTIFACT),
        "flow": ingest.name,
    }


def _artifacts(client: SyncPrefectClient, key: str) -> list[dict[str, Any]]:
    wanted = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
    found: list[dict[str, Any]] = client.request("POST", "/artifacts/filter", json=wanted).json()
    return found


if __name__ == "__main__":
    main()
