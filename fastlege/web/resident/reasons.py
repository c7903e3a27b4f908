"""Why a stay on a list began or ended when no round decided it: the rule in plain words, and the provisions behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from fastlege.kernel.vocabulary import Reason
from fastlege.rules.parameters import Rulebook

RULES: Mapping[Reason, tuple[str, ...]] = {
    Reason.BIRTH: ("child.default_list", "child.parent_decides_under_age"),
    Reason.IMMIGRATION: ("right.resident_in_population_register", "right.placed_if_no_choice"),
    Reason.CHOSEN_DIRECT: ("switch.needs_vacancy", "switch.effective_day"),
    Reason.CHOSEN_QUEUE: ("waiting.order", "waiting.effective"),
    Reason.SWAP: ("waiting.swap_pairwise", "waiting.keep_current_place"),
    Reason.CYCLE: ("waiting.exchange", "waiting.keep_current_place"),
    Reason.CHILD_OF_MEMBER: ("child.closed_list_admission_under_age",),
    Reason.RETURNED_WITHIN_3_YEARS: ("move_back.closed_list_max_absence", "move_back.claim_window"),
    Reason.LIST_REDUCTION: ("list.reduction_method", "list.reduction_keep_household_family", "list.reduction_notice"),
    Reason.PRACTICE_CLOSED: ("agreement.notice_both_sides", "right.placed_if_no_choice"),
    Reason.TAKEOVER: ("list.takeover_transfers_whole_list",),
    Reason.ALLOCATED: ("right.placed_if_no_choice", "waiting.unplaced_before_waiting_list"),
    Reason.CASE_WORKER: ("right.placed_if_no_choice",),
    Reason.OPTED_IN: ("right.opt_out", "right.placed_if_no_choice"),
    Reason.OPTED_OUT: ("right.opt_out",),
    Reason.EMIGRATION: ("right.resident_in_population_register",),
    Reason.DEATH: ("right.resident_in_population_register",),
    Reason.REMOVED_FOR_VIOLENCE: ("agreement.removal_for_violence", "right.cannot_choose_gp_who_removed_person"),
}
"""The rules behind each reason, by their names in the rulebook."""

ENDS = frozenset(
    {
        *(Reason.LIST_REDUCTION, Reason.PRACTICE_CLOSED, Reason.TAKEOVER, Reason.CASE_WORKER, Reason.OPTED_OUT),
        *(Reason.EMIGRATION, Reason.DEATH, Reason.REMOVED_FOR_VIOLENCE),
    }
)
"""Reasons for which a stay ends without another list having been chosen, or been given in its stead."""


def in_plain_words(reason: Reason) -> str:
    """The rule, as one would tell it to a child of twelve."""
    return {
        Reason.BIRTH: _("Et nyfødt barn får plass på listen til en av foreldrene, så lenge ingen velger noe annet."),
        Reason.IMMIGRATION: _("Alle som bor i landet, har rett til fastlege. Den som ikke velger selv, får en plass."),
        Reason.CHOSEN_DIRECT: _(
            "Når en liste har ledige plasser, kan hvem som helst velge den. Legen kan ikke si nei. "
            "Bytter skjer den første dagen i en måned."
        ),
        Reason.CHOSEN_QUEUE: _("Den som har stått lengst i køen, får plassen først. Den gjelder fra neste måned."),
        Reason.SWAP: _("To som vil ha plassen til hverandre, kan bytte. Da mister ingen andre noe."),
        Reason.CYCLE: _("Når flere vil ha plassene til hverandre, kan alle bytte samtidig. Da mister ingen andre noe."),
        Reason.CHILD_OF_MEMBER: _("Barn kan komme inn på listen til en forelder, også når den er stengt for andre."),
        Reason.RETURNED_WITHIN_3_YEARS: _(
            "Den som flytter tilbake etter kort tid og ber om det i tide, får den gamle plassen igjen, "
            "også når listen er stengt for andre."
        ),
        Reason.LIST_REDUCTION: _(
            "En lege kan be om å få færre på listen. Da trekkes det lodd om hvem som må bytte. Ingen velger hvem, "
            "og de som bor sammen, flytter sammen."
        ),
        Reason.PRACTICE_CLOSED: _(
            "Når en liste blir lagt ned, skal det sies fra i god tid, og alle som står på den, skal få en ny plass."
        ),
        Reason.TAKEOVER: _("En lege som overtar en liste, overtar alle som står på den. Ingen trenger å gjøre noe."),
        Reason.ALLOCATED: _(
            "Den som ikke har noen liste, får en ledig plass før alle i køene. "
            "Den som har stått lengst uten, går først."
        ),
        Reason.CASE_WORKER: _("Alle har rett til en plass. Her har en saksbehandler bestemt hvor."),
        Reason.OPTED_IN: _("Den som har stått utenfor ordningen, kan komme tilbake når som helst."),
        Reason.OPTED_OUT: _("Ingen må ha fastlege. Den som ikke vil, kan stå utenfor, og gi fra seg plassen."),
        Reason.EMIGRATION: _("Retten til fastlege gjelder dem som er registrert bosatt i landet."),
        Reason.DEATH: _("Plassen slutter når en person dør."),
        Reason.REMOVED_FOR_VIOLENCE: _(
            "Etter trusler eller vold kan kommunen flytte en person fra listen, og den legen kan ikke velges igjen."
        ),
    }[reason]


def provisions_of(reason: Reason, *, on: date, book: Rulebook) -> tuple[str, ...]:
    """The provisions behind a reason as they were on a day; nothing of rules that the rulebook did not know then."""
    rows = [row for name in RULES[reason] for row in book.history(name) if row.period.contains(on)]
    return tuple(dict.fromkeys(row.source for row in rows))
