"""Words for what the register holds as codes, as a resident reads them: reasons, events, roles and purposes."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from fastlege.access.actions.lookups import ACTS_FOR
from fastlege.access.viewers import Role
from fastlege.kernel.vocabulary import Reason
from fastlege.registry.journal import EventKind
from fastlege.registry.resident.past import Done, Look
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import SwitchCause


def begin_reason(code: str) -> str:
    """Why a place on a list began."""
    return {
        Reason.BIRTH: _("Fulgte en forelder fra fødselen."),
        Reason.IMMIGRATION: _("Kom til landet."),
        Reason.CHOSEN_DIRECT: _("Valgte listen selv."),
        Reason.CHOSEN_QUEUE: _("Fikk plass fra køen."),
        Reason.SWAP: _("Byttet plass med en annen, begge fikk den listen de ville ha."),
        Reason.CYCLE: _("Flere byttet plass i ring, alle fikk en liste de ville ha."),
        Reason.CHILD_OF_MEMBER: _("Barn av en som står på listen."),
        Reason.RETURNED_WITHIN_3_YEARS: _("Flyttet tilbake og fikk igjen plassen."),
        Reason.LIST_REDUCTION: _("Den forrige legen kortet ned listen sin."),
        Reason.PRACTICE_CLOSED: _("Den forrige listen ble lagt ned."),
        Reason.TAKEOVER: _("En ny lege overtok listen."),
        Reason.ALLOCATED: _("Sto uten liste og fikk tildelt plass."),
        Reason.CASE_WORKER: _("Bestemt av en saksbehandler."),
        Reason.OPTED_IN: _("Kom tilbake i ordningen."),
        Reason.OPTED_OUT: _("Valgte å stå utenfor ordningen."),
        Reason.EMIGRATION: _("Flyttet ut av landet."),
        Reason.DEATH: _("Døde."),
        Reason.REMOVED_FOR_VIOLENCE: _("Flyttet fra listen etter trusler eller vold."),
    }[Reason(code)]


def coming(reason: str, name: str | None) -> str:
    """A change that comes: to which list, or to none."""
    if name is None:
        return _("Plassen på listen tar slutt. %(why)s") % {"why": begin_reason(reason)}
    return _("Ny fastlege: %(name)s. %(why)s") % {"name": name, "why": begin_reason(reason)}


def done(event: Done) -> str:
    """Something that was done, in a sentence."""
    values = {"from": event.from_name or "", "to": event.to_name or ""}
    sentences = {
        EventKind.SWITCHED: _("Byttet til %(to)s."),
        EventKind.QUEUED: _("Stilte seg i kø hos %(to)s."),
        EventKind.WITHDRAWN: _("Trakk seg fra køen hos %(from)s."),
        EventKind.REORDERED: _("Endret rekkefølgen på køplassene."),
        EventKind.ASKING_CHOSEN: _("Endret hva som skal skje når det blir plass hos %(to)s."),
        EventKind.OFFERED: _("Fikk tilbud om plass hos %(to)s."),
        EventKind.OFFER_DECLINED: _("Takket nei til plassen hos %(to)s."),
        EventKind.OFFER_EXPIRED: _("Tilbudet om plass hos %(to)s gikk ut uten svar."),
        EventKind.OFFER_LAPSED: _("Tilbudet om plass hos %(to)s falt bort."),
        EventKind.EXTRA_SWITCH_GRANTED: _("Fikk lov til å bytte en gang til."),
        EventKind.CUSTODY_CHANGED: _("Hvem som har foreldreansvar, ble endret."),
        EventKind.PROTECTION_CHANGED: _("Adressevernet ble endret."),
        EventKind.OPTED_OUT: _("Valgte å stå utenfor ordningen."),
        EventKind.OPTED_IN: _("Kom tilbake i ordningen."),
        EventKind.BORN: _("Ble født og registrert."),
        EventKind.DIED: _("Registrert som død."),
        EventKind.MOVED: _("Flyttet til en ny adresse."),
        EventKind.EMIGRATED: _("Flyttet ut av landet."),
        EventKind.IMMIGRATED: _("Flyttet til landet."),
        EventKind.PLACED: _("Fikk plass hos %(to)s i månedens runde."),
    }
    try:
        return sentences[EventKind(event.kind)] % values
    except (KeyError, ValueError):
        return _("En endring i registeret.")


def who_looked(look: Look) -> str:
    """In which role somebody looked."""
    return {
        Role.RESIDENT: _("En som kan velge fastlege for deg"),
        Role.CASE_WORKER: _("En saksbehandler"),
        Role.OFFICE: _("Fastlegekontoret"),
        Role.MUNICIPALITY: _("Kommunen"),
        Role.ADMINISTRATOR: _("En som drifter systemet"),
    }.get(Role(look.role), _("En annen"))


def why_looked(look: Look) -> str:
    """Why: for residents their right, for others the purpose that they gave."""
    if look.purpose == ACTS_FOR:
        return _("Som forelder med foreldreansvar eller som verge.")
    return _("Oppgitt grunn: %(purpose)s") % {"purpose": look.purpose}


def not_counted(on: date) -> list[str]:
    """What does not count as one of the year's switches on a day, each cause in words."""
    words = {
        SwitchCause.REGISTERED_MOVE: _("Et bytte etter at du er registrert flyttet."),
        SwitchCause.GP_ENDED_AGREEMENT: _("Et bytte fordi fastlegen slutter."),
        SwitchCause.LIST_REDUCTION: _("Et bytte fordi fastlegen kutter listen sin."),
        SwitchCause.REMOVED: _("At du blir flyttet fra en liste mot din vilje."),
    }
    return [words[SwitchCause(cause)] for cause in load_rulebook().words("switch.excluded_from_count", on=on)]


def uncounted(cause: SwitchCause) -> str:
    """That a switch now would not count, and why."""
    return {
        SwitchCause.REGISTERED_MOVE: _("Byttet teller ikke, fordi personen er registrert flyttet."),
        SwitchCause.GP_ENDED_AGREEMENT: _("Byttet teller ikke, fordi fastlegen har sluttet."),
        SwitchCause.LIST_REDUCTION: _("Byttet teller ikke, fordi fastlegen har kuttet listen sin."),
        SwitchCause.REMOVED: _("Byttet teller ikke, fordi personen er flyttet fra listen mot sin vilje."),
        SwitchCause.OWN_CHOICE: _("Byttet teller som et av årets bytter."),
    }[cause]
