-- Every artist once, with the latest name. Followers, popularity and genres are the latest values
-- that were sent.
-- Reads the artists of runs since a day; those that were not seen since are absent.
-- parameter since (day, 90 days ago): the first day that is read
with seen as (
    select * from artists where day >= $since
),
latest as (
    select
        source, artist_id,
        max(fetched_at) as fetched_at,
        max_by(followers, fetched_at) filter (where followers is not null) as followers,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(genres, fetched_at) filter (where genres is not null) as genres
    from seen
    group by source, artist_id
),
newest as (
    select
        seen.source, seen.artist_id, seen.name,
        latest.followers, latest.popularity, latest.genres,
        row_number() over (
            partition by seen.source, seen.artist_id
            order by seen.run_id desc, seen.part desc
        ) as age
    from seen
    join latest
        on latest.source = seen.source
        and latest.artist_id = seen.artist_id
        and latest.fetched_at = seen.fetched_at
)
select
    artist_id, name,
    case source
        when 'spotify' then 'https://open.spotify.com/artist/' || artist_id
        when 'listenbrainz' then 'https://musicbrainz.org/artist/' || artist_id
        when 'youtube' then 'https://www.youtube.com/channel/' || artist_id
    end as url,
    followers, popularity, genres
from newest
where age = 1
order by name, artist_id
