-- Every artist once, with the latest name. Followers, popularity and genres are the latest values
-- that were sent.
with latest as (
    select
        source, artist_id,
        max(fetched_at) as fetched_at,
        max_by(followers, fetched_at) filter (where followers is not null) as followers,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(genres, fetched_at) filter (where genres is not null) as genres
    from artists
    group by source, artist_id
),
newest as (
    select
        artists.source, artists.artist_id, artists.name,
        latest.followers, latest.popularity, latest.genres,
        row_number() over (
            partition by artists.source, artists.artist_id
            order by artists.run_id desc, artists.part desc
        ) as age
    from artists
    join latest
        on latest.source = artists.source
        and latest.artist_id = artists.artist_id
        and latest.fetched_at = artists.fetched_at
)
select
    artist_id, name,
    case source when 'spotify' then 'https://open.spotify.com/artist/' || artist_id end as url,
    followers, popularity, genres
from newest
where age = 1
order by name, artist_id
