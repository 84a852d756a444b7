-- The entries that became unavailable, with the first day on which they were seen so, the last before
-- the others. Such an entry has no name any more. The song is the one that was added to the playlist at
-- the same time and was last seen before; it is unknown where that is not exactly one song.
-- Reads all whole snapshots since a day; one that was unavailable before has that day or a later one.
-- parameter since (day, 90 days ago): the first day that is read
with snapshots as (
    select source, playlist_id, name, day, run_id, part, snapshot_date, fetched_at
    from playlists
    where day >= $since
        and is_complete
        and exists (
            select 1 from loads
            where loads.run_id = playlists.run_id and loads.part = playlists.part
        )
),
seen as (
    select
        item.source, item.playlist_id, item.identity, item.item_type, item.added_at,
        max(item.name) as name, max(item.artist_names) as artists,
        max(item.added_by) as added_by, max(snapshots.name) as playlist,
        min(snapshots.snapshot_date) as first_day, max(snapshots.snapshot_date) as last_day
    from playlist_items as item
    join snapshots
        on snapshots.source = item.source
        and snapshots.playlist_id = item.playlist_id
        and snapshots.day = item.day
        and snapshots.run_id = item.run_id
        and snapshots.part = item.part
    where item.day >= $since and item.added_at is not null
    group by item.source, item.playlist_id, item.identity, item.item_type, item.added_at
),
vanished as (
    select
        gone.source, gone.playlist_id, gone.added_at,
        max(gone.playlist) as playlist, max(gone.first_day) as vanished_on,
        count(distinct song.identity) as candidates,
        max(song.identity) as identity, max(song.name) as name, max(song.artists) as artists,
        max(song.last_day) as last_day, max(song.added_by) as added_by
    from seen as gone
    left join seen as song
        on song.source = gone.source
        and song.playlist_id = gone.playlist_id
        and song.added_at = gone.added_at
        and song.identity is not null
        and song.last_day < gone.first_day
    where gone.identity is null and gone.item_type = 'unavailable'
    group by gone.source, gone.playlist_id, gone.added_at
)
select
    vanished_on, playlist,
    case when candidates = 1 then name end as name,
    case when candidates = 1 then artists end as artists,
    case when candidates = 1 then last_day end as last_seen,
    added_at,
    case when candidates = 1 then added_by end as added_by,
    case when candidates = 1 then identity end as identity,
    playlist_id
from vanished
order by vanished_on desc, playlist, added_at, playlist_id
