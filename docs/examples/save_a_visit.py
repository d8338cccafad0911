"""Save a visit by the API, wait until the model is fitted again, and draw the estimates.

Each `# %%` begins a cell, in editors and notebooks that know them. Before it: `make client`, then
`pip install build/client matplotlib`. A token is made on the page “Your account”; it is told once.

    FASCICLE_URL=http://localhost:8000 FASCICLE_TOKEN=… python docs/examples/save_a_visit.py estimates.png

The participant is synthetic: do not try this on a trial that is under way.
"""

# %% Who asks, and where
import os
import sys
import time
from datetime import datetime
from typing import Any

import matplotlib.pyplot as plt
from fascicle_client import AuthenticatedClient
from fascicle_client.api.analyses import analyses_retrieve
from fascicle_client.api.due import due_list
from fascicle_client.api.participants import participants_visits_forms_update, participants_visits_update
from fascicle_client.models import (
    Analysis,
    AnalysisStatus,
    EstimateKind,
    PainEntry,
    PainItems,
    ParticipantsVisitsFormsUpdateForm,
    Problem,
    VisitBody,
    VisitBodyContactMode,
)

client = AuthenticatedClient(
    base_url=os.environ["FASCICLE_URL"],
    token=os.environ["FASCICLE_TOKEN"],
    prefix="Token",
    raise_on_unexpected_status=True,
)
PATIENCE_S = 60


def answered(answer: Any) -> Any:
    """What was asked for; a refusal says in a sentence what is wrong and what to do."""
    if isinstance(answer, Problem):
        sys.exit(f"{answer.title}: {answer.detail}")
    return answer


# %% Which visit is due, and how the estimates stand before it
due = answered(due_list.sync(client=client)).results[0]
before = answered(analyses_retrieve.sync("pain", client=client))
print(f"{due.participant}, {due.label}: due")

# %% Save the visit, then its pain form. “*” says that there is none yet: nobody's work is overwritten
visit = VisitBody(date=datetime.now().astimezone().date(), contact_mode=VisitBodyContactMode.TELEPHONE_CALL)
answered(
    participants_visits_update.sync(due.participant, due.visit, client=client, body=visit, if_none_match="*")
)
form = PainEntry(items=PainItems(nrs_avg24=3, nrs_worst24=5, nrs_least24=1))
saved = answered(
    participants_visits_forms_update.sync(
        due.participant,
        due.visit,
        ParticipantsVisitsFormsUpdateForm.PAIN,
        client=client,
        body=form,
        if_none_match="*",
    )
)
print(f"Saved as version {saved.version}: {saved.state}")


# %% Wait until a run has seen it
def refitted() -> Analysis:
    """The analysis of pain once its newest run has seen all data."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        analysis = answered(analyses_retrieve.sync("pain", client=client))
        if analysis.status == AnalysisStatus.CURRENT and analysis.run.id != before.run.id:
            return analysis
        time.sleep(1)
    sys.exit(f"No run saw the visit within {PATIENCE_S} s. Is a worker running?")


analysis = refitted()
print(f"Run {analysis.run.id}, {analysis.run.n_observations} values, as of {analysis.run.position}")

# %% Draw the means with their confidence intervals
means = [estimate for estimate in analysis.run.estimates if estimate.kind == EstimateKind.MEAN]
figure, axes = plt.subplots(figsize=(6, 4))
axes.errorbar(
    [estimate.visit for estimate in means],
    [estimate.estimate for estimate in means],
    yerr=[
        [estimate.estimate - estimate.lower for estimate in means],
        [estimate.upper - estimate.estimate for estimate in means],
    ],
    fmt="o-",
    capsize=4,
)
axes.set(title=analysis.title, xlabel="Visit", ylabel=f"Mean, {analysis.run.level:.0%} confidence interval")
figure.tight_layout()
figure.savefig(sys.argv[1] if len(sys.argv) > 1 else "estimates.png")
