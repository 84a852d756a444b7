-- How many songs of your playlists were released in each year; a song counts once for each playlist.
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
songs as (
    select distinct source, playlist_id, day, run_id, part, track_id
    from entries
    where track_id is not null
),
years as (
    select source, album_id, day, run_id, part, year(release_date) as release_year
    from albums
    where day >= $since and release_date is not null
)
select
    years.release_year, count(*) as songs, count(distinct songs.playlist_id) as playlists
from songs
join tracks
    on tracks.source = songs.source
    and tracks.track_id = songs.track_id
    and tracks.day = songs.day
    and tracks.run_id = songs.run_id
    and tracks.part = songs.part
join years
    on years.source = tracks.source
    and years.album_id = tracks.album_id
    and years.day = tracks.day
    and years.run_id = tracks.run_id
    and years.part = tracks.part
where tracks.day >= $since
group by years.release_year
order by years.release_year desc
