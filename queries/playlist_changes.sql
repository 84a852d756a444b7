-- What was added to and removed from each playlist between consecutive snapshots.
-- Copies count: if a song is in a playlist twice and then once, one copy was removed.
-- Snapshots with a missing page are skipped, because their missing entries were not removed.
-- Reads all snapshots since a day; the first of each playlist is only compared with.
-- parameter since (day, 90 days ago): the first day that is read
with ordered as (
    select
        source, playlist_id, name, day, run_id, part, snapshot_date, fetched_at,
        row_number() over (partition by source, playlist_id order by fetched_at, run_id) as nth,
        row_number() over (order by source, playlist_id, fetched_at, run_id) as snapshot
    from playlists
    where day >= $since
        and is_complete
        and exists (
            select 1 from loads
            where loads.run_id = playlists.run_id and loads.part = playlists.part
        )
),
snapshots as (
    select
        ordered.*,
        nth > 1 as has_previous,
        lead(nth) over (order by snapshot) > 1 as has_next
    from ordered
),
contents as (
    select
        snapshots.snapshot, snapshots.has_previous, snapshots.has_next,
        coalesce(item.identity, 'unavailable') as identity,
        max(item.name) as name,
        max(item.artist_names) as artists,
        count(*) as copies
    from playlist_items as item
    join snapshots
        on snapshots.source = item.source
        and snapshots.playlist_id = item.playlist_id
        and snapshots.day = item.day
        and snapshots.run_id = item.run_id
        and snapshots.part = item.part
    where item.day >= $since
    group by
        snapshots.snapshot, snapshots.has_previous, snapshots.has_next,
        coalesce(item.identity, 'unavailable')
),
changes as (
    select
        coalesce(later.snapshot, earlier.snapshot + 1) as snapshot,
        coalesce(later.identity, earlier.identity) as identity,
        coalesce(later.name, earlier.name) as name,
        coalesce(later.artists, earlier.artists) as artists,
        coalesce(later.copies, 0) - coalesce(earlier.copies, 0) as copies
    from (select * from contents where has_previous) as later
    full join (select * from contents where has_next) as earlier
        on earlier.snapshot + 1 = later.snapshot and earlier.identity = later.identity
    where coalesce(later.copies, 0) <> coalesce(earlier.copies, 0)
)
select
    snapshots.snapshot_date,
    snapshots.name as playlist,
    case when changes.copies > 0 then 'added' else 'removed' end as change,
    abs(changes.copies) as copies,
    changes.name,
    changes.artists,
    changes.identity,
    snapshots.playlist_id,
    snapshots.run_id
from changes
join snapshots on snapshots.snapshot = changes.snapshot
order by snapshots.fetched_at desc, playlist, change, changes.name, changes.identity
