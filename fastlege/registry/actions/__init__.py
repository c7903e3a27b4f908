"""What a case does in the register. Each action is one transaction: lock, check everything, write, record, tell.

`on` is the day on which it is done, `by` who does it. What the rules do not allow raises `Refused` with every breach,
and nothing is written; a person or list that is not there raises `DataError`. A resident who may not act for a person
gets `PermissionDenied`, whether or not there is one: the database gives residents nobody else.
"""

from fastlege.registry.actions.choice import Consent, Form, NoSuchListError, Receipt
from fastlege.registry.actions.extra import grant_extra_switch
from fastlege.registry.actions.guardianship import (
    appoint_guardian,
    custody_of,
    end_custody,
    protect_address,
    register_care_order,
    register_custody,
    register_parents,
)
from fastlege.registry.actions.offers import accept_offer, decline_offer, renew_offers
from fastlege.registry.actions.queueing import (
    choose_asking,
    queue_for_list,
    queue_together,
    reorder_queue,
    withdraw_from_queue,
    withdraw_together,
)
from fastlege.registry.actions.residents import (
    Home,
    move_residence,
    register_birth,
    register_death,
    register_emigration,
    register_immigration,
    register_return,
)
from fastlege.registry.actions.scheme import opt_in, opt_out
from fastlege.registry.actions.switching import switch_gp, switch_together

__all__ = [
    "Consent",
    "Form",
    "Home",
    "NoSuchListError",
    "Receipt",
    "accept_offer",
    "appoint_guardian",
    "choose_asking",
    "custody_of",
    "decline_offer",
    "end_custody",
    "grant_extra_switch",
    "move_residence",
    "opt_in",
    "opt_out",
    "protect_address",
    "queue_for_list",
    "queue_together",
    "register_birth",
    "register_care_order",
    "register_custody",
    "register_death",
    "register_emigration",
    "register_immigration",
    "register_parents",
    "register_return",
    "renew_offers",
    "reorder_queue",
    "switch_gp",
    "switch_together",
    "withdraw_from_queue",
    "withdraw_together",
]
