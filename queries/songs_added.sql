-- The songs that were added since a day and are still there, the newest first, with the playlist and
-- the user who added them. Reads the last whole snapshot of each playlist since that day.
-- parameter since (day, 7 days ago): the day
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
    added_at, playlist, name, artist_names as artists, added_by, position, identity, playlist_id
from entries
where added_at >= cast($since as timestamp)
order by added_at desc, playlist, position, playlist_id
