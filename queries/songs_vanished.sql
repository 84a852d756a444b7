-- The entries that became unavailable, and when a snapshot showed it first, newest first. Such an entry
-- has no name any more. The song is the one that was added to the playlist at the same time and was last
-- seen before; it is null where that is not exactly one song.
-- Reads all whole snapshots since a day; what was unavailable before has the time of the first of them.
-- parameter since (day, 90 days ago): the first day that is read
with snapshots as (
    select source, playlist_id, name, day, run_id, part, fetched_at
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
        min(snapshots.fetched_at) as first_seen, max(snapshots.fetched_at) as last_seen
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
        max(gone.playlist) as playlist, min(gone.first_seen) as seen_unavailable,
        count(distinct song.identity) as candidates,
        max(song.identity) as identity, max(song.name) as name, max(song.artists) as artists,
        max(song.last_seen) as last_seen, max(song.added_by) as added_by
    from seen as gone
    left join seen as song
        on song.source = gone.source
        and song.playlist_id = gone.playlist_id
        and song.added_at = gone.added_at
        and song.identity is not null
        and song.last_seen < gone.first_seen
    where gone.identity is null and gone.item_type = 'unavailable'
    group by gone.source, gone.playlist_id, gone.added_at
)
select
    seen_unavailable, playlist,
    case when candidates = 1 then name end as name,
    case when candidates = 1 then artists end as artists,
    case when candidates = 1 then last_seen end as last_seen,
    added_at,
    case when candidates = 1 then added_by end as added_by,
    case when candidates = 1 then identity end as identity,
    playlist_id
from vanished
order by seen_unavailable desc, playlist, added_at, playlist_id
