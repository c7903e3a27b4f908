"""Every read of payments."""

from fastlege.settlement.queries.runs import (
    State,
    live_runs_of,
    newest_attempt,
    payment_runs,
    run_of,
    state_of,
    steps_of,
)

__all__ = ["State", "live_runs_of", "newest_attempt", "payment_runs", "run_of", "state_of", "steps_of"]
