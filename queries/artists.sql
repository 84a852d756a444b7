-- Every artist once, with the latest name. Followers, popularity and genres are the latest values
-- that were sent.
with newest as (
    select
        source, artist_id, name,
        row_number() over (
            partition by source, artist_id
            order by fetched_at desc, run_id desc, part desc
        ) as age
    from artists
),
details as (
    select
        source, artist_id,
        max_by(followers, fetched_at) filter (where followers is not null) as followers,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(genres, fetched_at) filter (where genres is not null) as genres
    from artists
    group by source, artist_id
)
select
    newest.artist_id, newest.name,
    case newest.source
        when 'spotify' then 'https://open.spotify.com/artist/' || newest.artist_id
    end as url,
    details.followers, details.popularity, details.genres
from newest
join details on details.source = newest.source and details.artist_id = newest.artist_id
where newest.age = 1
order by newest.name, newest.artist_id
