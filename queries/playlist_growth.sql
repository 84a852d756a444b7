-- How each playlist grew: its entries in the first and in the last whole snapshot since a day. Reads
-- the snapshots since that day, and no entries.
-- parameter since (day, 365 days ago): the first day that is read
with snapshots as (
    select source, playlist_id, run_id, name, snapshot_date, fetched_at, entries
    from playlists
    where day >= $since
        and is_complete
),
numbered as (
    select
        snapshots.*,
        row_number() over (
            partition by source, playlist_id order by fetched_at, run_id
        ) as nth,
        row_number() over (
            partition by source, playlist_id order by fetched_at desc, run_id desc
        ) as nth_last
    from snapshots
)
select
    latest.name as playlist,
    oldest.snapshot_date as first_day, oldest.entries as first_entries,
    latest.snapshot_date as last_day, latest.entries as last_entries,
    latest.entries - oldest.entries as growth,
    oldest.playlist_id
from numbered as oldest
join numbered as latest
    on latest.source = oldest.source
    and latest.playlist_id = oldest.playlist_id
    and latest.nth_last = 1
where oldest.nth = 1
order by growth desc, playlist, oldest.playlist_id
