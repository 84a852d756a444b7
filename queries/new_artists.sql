-- The artists that were new in a month: those of whose songs the first was added to a playlist in it,
-- by the times of addition of all entries that were seen since a day. Artists without an id, and songs
-- that left before that day, are not known.
-- parameter month (month, this month): the month
-- parameter since (day, 90 days ago): the first day that is read
with entries as (
    select source, playlist_id, day, run_id, part, track_id, added_at
    from playlist_items
    where day >= $since
        and track_id is not null
        and added_at is not null
),
first_added as (
    select
        credit.source, credit.artist_id, max(credit.artist_name) as artist,
        min(entries.added_at) as first_added,
        count(distinct entries.track_id) as songs,
        count(distinct entries.playlist_id) as playlists
    from entries
    join track_artists as credit
        on credit.source = entries.source
        and credit.track_id = entries.track_id
        and credit.day = entries.day
        and credit.run_id = entries.run_id
        and credit.part = entries.part
    where credit.day >= $since and credit.artist_id is not null
    group by credit.source, credit.artist_id
)
select artist, first_added, songs, playlists, artist_id
from first_added
where substr(cast(first_added as varchar), 1, 7) = $month
order by first_added, artist, artist_id
