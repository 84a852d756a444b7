-- Every artist once, with the latest name. Followers, popularity and genres are the latest values
-- that were sent.
-- Reads the artists of runs since a day; those that were not seen since are absent.
-- parameter since (day, 90 days ago): the first day that is read
with committed as (
    select *
    from artists
    where day >= $since
        and exists (
            select 1 from loads
            where loads.run_id = artists.run_id and loads.part = artists.part
        )
),
latest as (
    select
        source, artist_id,
        max(fetched_at) as fetched_at,
        max_by(followers, fetched_at) filter (where followers is not null) as followers,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(genres, fetched_at) filter (where genres is not null) as genres
    from committed
    group by source, artist_id
),
newest as (
    select
        committed.source, committed.artist_id, committed.name,
        latest.followers, latest.popularity, latest.genres,
        row_number() over (
            partition by committed.source, committed.artist_id
            order by committed.run_id desc, committed.part desc
        ) as age
    from committed
    join latest
        on latest.source = committed.source
        and latest.artist_id = committed.artist_id
        and latest.fetched_at = committed.fetched_at
)
select
    artist_id, name,
    case source when 'spotify' then 'https://open.spotify.com/artist/' || artist_id end as url,
    followers, popularity, genres
from newest
where age = 1
order by name, artist_id
