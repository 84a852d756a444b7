-- The artists with the most songs in the latest snapshots of your playlists.
-- A song counts once for each artist that it credits, even if it is in several playlists.
-- Reads the latest snapshot of each playlist since a day.
-- parameter since (day, 90 days ago): the first day that is read
with newest_snapshot as (
    select
        source, playlist_id, day, run_id, part,
        row_number() over (
            partition by source, playlist_id
            order by fetched_at desc, run_id desc
        ) as age
    from playlists
    where day >= $since
),
entries as (
    select item.source, item.playlist_id, item.day, item.run_id, item.part, item.track_id
    from playlist_items as item
    join newest_snapshot
        on newest_snapshot.source = item.source
        and newest_snapshot.playlist_id = item.playlist_id
        and newest_snapshot.day = item.day
        and newest_snapshot.run_id = item.run_id
        and newest_snapshot.part = item.part
    where newest_snapshot.age = 1 and item.day >= $since and item.item_type = 'track'
)
select
    credit.artist_id,
    max(credit.artist_name) as artist,
    count(distinct entries.track_id) as songs,
    count(distinct entries.playlist_id) as playlists,
    count(*) as entries
from entries
join track_artists as credit
    on credit.source = entries.source
    and credit.track_id = entries.track_id
    and credit.day = entries.day
    and credit.run_id = entries.run_id
    and credit.part = entries.part
where credit.day >= $since and credit.artist_id is not null
group by credit.artist_id
order by songs desc, entries desc, artist, credit.artist_id
