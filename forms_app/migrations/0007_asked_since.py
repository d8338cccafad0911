"""Questions know since when they are asked, and by whom: from their first event."""

from django.db import migrations

ASKED = """
select set_config('fascicle.reason', 'Since when a question is asked, from its first event', true);
update forms_app_query q
set opened_at = e.first, moved_at = e.last,
    raised_by_id = case when q.check_code like 'manual-%' then u.id end
from (
    select key::bigint as id, min(at) as first, max(at) as last, (array_agg(actor_id order by id))[1] as actor
    from trial_event where table_name = 'forms_app_query' group by key
) e
left join trial_user u on u.id = e.actor
where e.id = q.id
"""


class Migration(migrations.Migration):
    dependencies = [("forms_app", "0006_trust")]

    operations = [migrations.RunSQL(ASKED, migrations.RunSQL.noop)]
