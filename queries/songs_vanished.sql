-- The songs that became unavailable, and when a run saw it first, newest first. Such an entry keeps its
-- place, and the service sends nothing of it any more; its name is the last known.
-- Reads the changes since a day; on AWS they are as of the last compaction.
-- parameter since (day, 90 days ago): the first day that is read
with names as (
    select source, playlist_id, max_by(name, fetched_at) as playlist
    from playlists
    where day >= $since
    group by source, playlist_id
)
select
    changes.seen_at as seen_unavailable, names.playlist, changes.name,
    changes.artist_names as artists, changes.since_at as last_seen, changes.added_at,
    changes.added_by, changes.identity, changes.playlist_id
from changes
left join names
    on names.source = changes.source and names.playlist_id = changes.playlist_id
where changes.seen_at >= cast($since as timestamp) and changes.change = 'unavailable'
order by
    changes.seen_at desc, names.playlist, changes.added_at, changes.playlist_id,
    changes.to_position
