-- The songs that were added since a day and are still there, the newest first, with the playlist and
-- the user who added them. A playlist that is gone has its last songs.
-- Reads what lasted to that day or longer; on AWS it is as of the last compaction.
-- parameter since (day, 7 days ago): the day
with names as (
    select source, playlist_id, max_by(name, fetched_at) as playlist
    from playlists
    where day >= $since
    group by source, playlist_id
)
select
    entry.added_at, names.playlist, entry.name, entry.artist_names as artists, entry.added_by,
    entry.last_position as position, entry.identity, entry.playlist_id
from memberships as entry
left join names
    on names.source = entry.source and names.playlist_id = entry.playlist_id
where entry.last_seen_at >= cast($since as timestamp)
    and entry.added_at >= cast($since as timestamp)
    and entry.first_missing_at is null
order by entry.added_at desc, names.playlist, entry.last_position, entry.playlist_id
