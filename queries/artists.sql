-- Every artist once, as it was last seen.
with newest as (
    select
        artist_id, name, url, followers, popularity,
        row_number() over (
            partition by source, artist_id
            order by fetched_at desc, run_id desc, part desc
        ) as age
    from artists
)
select artist_id, name, url, followers, popularity
from newest
where age = 1
order by name, artist_id
