-- Who added the most of what your playlists have now, with the number of playlists and the first and
-- last time. Entries of which the source does not say who added them are one row without a user.
-- Reads the last whole snapshot of each playlist since a day.
-- parameter since (day, 90 days ago): the first day that is read
with snapshots as (
    select
        source, playlist_id, name, day, run_id, part, snapshot_date,
        row_number() over (
            partition by source, playlist_id order by fetched_at desc, run_id desc
        ) as age
    from playlists
    where day >= $since
        and is_complete
        and exists (
            select 1 from loads
            where loads.run_id = playlists.run_id and loads.part = playlists.part
        )
),
entries as (
    select snapshots.name as playlist, item.*
    from playlist_items as item
    join snapshots
        on snapshots.source = item.source
        and snapshots.playlist_id = item.playlist_id
        and snapshots.day = item.day
        and snapshots.run_id = item.run_id
        and snapshots.part = item.part
    where snapshots.age = 1 and item.day >= $since
)
select
    added_by, count(*) as entries, count(distinct playlist_id) as playlists,
    min(added_at) as first_added, max(added_at) as last_added
from entries
group by source, added_by
order by entries desc, added_by
