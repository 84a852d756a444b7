-- Songs that are in one playlist more than once now, with their first and last position.
-- Reads the last whole snapshot of each playlist since a day.
-- parameter since (day, 90 days ago): the first day that is read
with snapshots as (
    select
        source, playlist_id, name, day, run_id, part,
        row_number() over (
            partition by source, playlist_id order by fetched_at desc, run_id desc
        ) as age
    from playlists
    where day >= $since
        and is_complete
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
    max(playlist) as playlist, max(name) as name, max(artist_names) as artists,
    count(*) as copies, min(position) as first_position, max(position) as last_position,
    identity, playlist_id
from entries
where identity is not null
group by source, playlist_id, identity
having count(*) > 1
order by copies desc, playlist, first_position, playlist_id
