-- Store what participants contribute, over what they contributed before. One statement for one participant and
-- for all: row by row, a hundred thousand would take a minute.
insert into analytics_contribution (outcome, participant, quanta)
select %(outcome)s, given.participant, given.quanta::integer[]
from unnest(%(participants)s::text[], %(quanta)s::text[]) as given (participant, quanta)
on conflict (outcome, participant) do update set quanta = excluded.quanta
