-- What came to and went from each playlist, the newest first: `added` and `removed`, each copy by
-- itself; `readded`, if the song was taken out and put back; `unavailable`, if the service sends it no
-- more, and `available` again. Moves and new names of playlists are in the table changes.
-- Reads the changes since a day; on AWS they are as of the last compaction.
-- parameter since (day, 90 days ago): the first day that is read
with names as (
    select source, playlist_id, max_by(name, fetched_at) as playlist
    from playlists
    where day >= $since
    group by source, playlist_id
)
select
    changes.seen_at, names.playlist, changes.change, changes.name,
    changes.artist_names as artists, changes.added_by, changes.identity, changes.playlist_id,
    changes.run_id
from changes
left join names
    on names.source = changes.source and names.playlist_id = changes.playlist_id
where changes.seen_at >= cast($since as timestamp)
    and changes.change in ('added', 'removed', 'readded', 'unavailable', 'available')
order by
    changes.seen_at desc, names.playlist, changes.change, changes.name, changes.identity,
    changes.playlist_id, changes.to_position, changes.from_position
