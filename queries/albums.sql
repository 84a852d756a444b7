-- Every album once, with its latest values, newest release first. Label, popularity and UPC are the
-- latest values that were sent.
with latest as (
    select
        source, album_id,
        max(fetched_at) as fetched_at,
        max_by(label, fetched_at) filter (where label is not null) as label,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(upc, fetched_at) filter (where upc is not null) as upc
    from albums
    group by source, album_id
),
newest as (
    select
        albums.source, albums.album_id, albums.name, albums.album_type, albums.release_date,
        albums.total_tracks, albums.image_url, latest.label, latest.popularity, latest.upc,
        row_number() over (
            partition by albums.source, albums.album_id
            order by albums.run_id desc, albums.part desc
        ) as age
    from albums
    join latest
        on latest.source = albums.source
        and latest.album_id = albums.album_id
        and latest.fetched_at = albums.fetched_at
)
select
    album_id, name, album_type, release_date, total_tracks,
    case source when 'spotify' then 'https://open.spotify.com/album/' || album_id end as url,
    image_url, label, popularity, upc
from newest
where age = 1
order by release_date desc nulls last, name, album_id
