"""Invariants of what case work and messages add to the register, for `fastlege register check`."""

from __future__ import annotations

from fastlege.messages.kinds import MessageKind

_KINDS = ", ".join(f"'{kind.value}'" for kind in MessageKind)

CHECKS: dict[str, str] = {
    "a move that a round made is an event of its day": """
        select m.person_id from round_moves m join rounds r on r.id = m.round_id
        join register_state s on s.loaded_at = r.register_loaded_at
        where m.dropped is null and not exists (select from events e where e.person_id = m.person_id
            and e."on" = r."on" and e.to_list_id = m.to_list_id and e.kind in ('switched', 'placed'))""",
    "everybody whom a round moved was told, and nobody else": """
        select coalesce(m.person_id, t.person_id) from (
            select m.round_id, m.person_id from round_moves m join rounds r on r.id = m.round_id
            join register_state s on s.loaded_at = r.register_loaded_at where m.dropped is null) m
        full join (select distinct split_part(key, ':', 2)::bigint as round_id, split_part(key, ':', 3)::bigint
            as person_id from messages where key like 'round:%' and person_id is not null) t using (round_id, person_id)
        where m.person_id is null or t.person_id is null""",
    "what is said of queue places and lists belongs to a round that was applied": """
        select distinct p.round_id from (select distinct round_id from place_standings
            union select round_id from list_standings union select distinct round_id from round_moves) p
        left join rounds r on r.id = p.round_id where r.applied_at is null""",
    "a message is of a known kind": f"select id from messages where kind not in ({_KINDS})",
    "an e-mail that is being sent has one who sends it": """
        select message_id from notices where (worker is not null) <> (state in ('claimed', 'handing_over'))""",
    "everybody in a case that was applied has an outcome": """
        select d.person_id from displacements d join list_cases c on c.id = d.case_id
        where (c.applied_at is not null) <> (d.outcome is not null)""",
    "the lists of a closure or takeover end on the day of their case": """
        select l.list_id from list_cases c join register_state s on s.loaded_at = c.register_loaded_at
        join lists l on l.list_id = any(c.list_ids)
        where c.kind <> 'reduction' and c.applied_at is not null and l."end" is distinct from c."on" """,
    "a list that is to end takes nobody": """
        select l.list_id from list_cases c join register_state s on s.loaded_at = c.register_loaded_at
        join lists l on l.list_id = any(c.list_ids)
        where c.kind <> 'reduction' and c.applied_at is null and c.withdrawn_at is null and l.status <> 'locked'""",
}
"""By what must hold, the query for the ids of the rows for which it does not."""
