-- Every song once, with its latest values: the flat table that most tutorials build.
-- song_added is the time when the song was first added to one of your playlists.
-- Reads the tracks, credits and entries of runs since a day; songs that were not seen since are absent.
-- parameter since (day, 90 days ago): the first day that is read
with seen as (
    select * from tracks where day >= $since
),
latest as (
    select source, track_id, max(fetched_at) as fetched_at
    from seen
    group by source, track_id
),
newest as (
    select
        seen.source, seen.track_id, seen.name, seen.duration_ms,
        seen.popularity, seen.album_id, seen.day, seen.run_id, seen.part,
        row_number() over (
            partition by seen.source, seen.track_id
            order by seen.run_id desc, seen.part desc
        ) as age
    from seen
    join latest
        on latest.source = seen.source
        and latest.track_id = seen.track_id
        and latest.fetched_at = seen.fetched_at
),
added as (
    select source, track_id, min(added_at) as song_added
    from playlist_items
    where day >= $since
        and item_type = 'track'
    group by source, track_id
),
first_credit as (
    select source, track_id, day, run_id, part, artist_id
    from track_artists
    where day >= $since and position = 0
)
select
    newest.track_id as song_id,
    newest.name as song_name,
    newest.duration_ms,
    case newest.source
        when 'spotify' then 'https://open.spotify.com/track/' || newest.track_id
        when 'listenbrainz' then 'https://musicbrainz.org/recording/' || newest.track_id
        when 'youtube' then 'https://www.youtube.com/watch?v=' || newest.track_id
    end as url,
    newest.popularity,
    added.song_added,
    newest.album_id,
    first_credit.artist_id
from newest
left join added
    on added.source = newest.source and added.track_id = newest.track_id
left join first_credit
    on first_credit.source = newest.source
    and first_credit.track_id = newest.track_id
    and first_credit.day = newest.day
    and first_credit.run_id = newest.run_id
    and first_credit.part = newest.part
where newest.age = 1
order by newest.popularity desc nulls last, newest.name, newest.track_id
