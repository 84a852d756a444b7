-- Songs that your playlists have under more than one id: the same recording by its ISRC, the code of
-- a recording. One row for each of its ids, with the number of playlists and of entries.
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
),
ids as (
    select
        isrc, source, track_id,
        max(name) as name, max(artist_names) as artists, max(album_name) as album,
        count(distinct playlist_id) as playlists, count(*) as entries
    from entries
    where isrc is not null and track_id is not null
    group by isrc, source, track_id
),
counted as (
    select isrc, count(*) as ids
    from ids
    group by isrc
)
select
    ids.isrc, counted.ids, ids.name, ids.artists, ids.album, ids.playlists, ids.entries, ids.track_id
from ids
join counted on counted.isrc = ids.isrc
where counted.ids > 1
order by counted.ids desc, ids.isrc, ids.track_id
