"""What a case does in the register. Each action is one transaction: lock, check everything, write, record.

`on` is the day on which it is done, `by` who does it. What the rules do not allow raises `Refused` with every breach,
and nothing is written; a person or list that is not there raises `DataError`.
"""

from fastlege.registry.actions.choices import Consent, opt_in, opt_out, queue_for_list, switch_gp, withdraw_from_queue
from fastlege.registry.actions.residents import (
    Home,
    move_residence,
    register_birth,
    register_death,
    register_emigration,
    register_immigration,
    register_return,
)

__all__ = [
    "Consent",
    "Home",
    "move_residence",
    "opt_in",
    "opt_out",
    "queue_for_list",
    "register_birth",
    "register_death",
    "register_emigration",
    "register_immigration",
    "register_return",
    "switch_gp",
    "withdraw_from_queue",
]
