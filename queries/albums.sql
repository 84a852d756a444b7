-- Every album once, as it was last seen, newest release first.
with newest as (
    select
        album_id, name, album_type, release_date, total_tracks, url, image_url,
        row_number() over (
            partition by source, album_id
            order by fetched_at desc, run_id desc, part desc
        ) as age
    from albums
)
select album_id, name, album_type, release_date, total_tracks, url, image_url
from newest
where age = 1
order by release_date desc nulls last, name, album_id
