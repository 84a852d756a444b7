-- The songs that two playlists have in common now, with their positions in each; a song that is there
-- more than once has its first. Reads the last whole snapshot of each playlist since a day.
-- parameter playlist (text): id or name of a playlist
-- parameter other (text): id or name of another playlist
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
),
songs as (
    select
        source, playlist_id, playlist, identity,
        max(name) as name, max(artist_names) as artists,
        min(position) as position, min(added_at) as added_at
    from entries
    where identity is not null
    group by source, playlist_id, playlist, identity
)
select
    one.name, one.artists, one.playlist, one.position, one.added_at,
    two.playlist as other, two.position as other_position, two.added_at as other_added_at,
    one.identity, one.playlist_id, two.playlist_id as other_id
from songs as one
join songs as two on two.source = one.source and two.identity = one.identity
where (one.playlist_id = $playlist or one.playlist = $playlist)
    and (two.playlist_id = $other or two.playlist = $other)
    and one.playlist_id <> two.playlist_id
order by one.position, two.position, one.playlist_id, two.playlist_id
