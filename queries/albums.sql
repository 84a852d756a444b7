-- Every album once, with its latest values, newest release first. Label, popularity and UPC are the
-- latest values that were sent.
with newest as (
    select
        source, album_id, name, album_type, release_date, total_tracks, image_url,
        row_number() over (
            partition by source, album_id
            order by fetched_at desc, run_id desc, part desc
        ) as age
    from albums
),
details as (
    select
        source, album_id,
        max_by(label, fetched_at) filter (where label is not null) as label,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(upc, fetched_at) filter (where upc is not null) as upc
    from albums
    group by source, album_id
)
select
    newest.album_id, newest.name, newest.album_type, newest.release_date, newest.total_tracks,
    case newest.source
        when 'spotify' then 'https://open.spotify.com/album/' || newest.album_id
    end as url,
    newest.image_url, details.label, details.popularity, details.upc
from newest
join details on details.source = newest.source and details.album_id = newest.album_id
where newest.age = 1
order by newest.release_date desc nulls last, newest.name, newest.album_id
