-- Every album once, with its latest values, newest release first. Label, popularity and UPC are the
-- latest values that were sent.
-- Reads the albums of runs since a day; those that were not seen since are absent.
-- parameter since (day, 90 days ago): the first day that is read
with seen as (
    select * from albums where day >= $since
),
latest as (
    select
        source, album_id,
        max(fetched_at) as fetched_at,
        max_by(label, fetched_at) filter (where label is not null) as label,
        max_by(popularity, fetched_at) filter (where popularity is not null) as popularity,
        max_by(upc, fetched_at) filter (where upc is not null) as upc
    from seen
    group by source, album_id
),
newest as (
    select
        seen.source, seen.album_id, seen.name, seen.album_type,
        seen.release_date, seen.total_tracks, seen.image_url,
        latest.label, latest.popularity, latest.upc,
        row_number() over (
            partition by seen.source, seen.album_id
            order by seen.run_id desc, seen.part desc
        ) as age
    from seen
    join latest
        on latest.source = seen.source
        and latest.album_id = seen.album_id
        and latest.fetched_at = seen.fetched_at
)
select
    album_id, name, album_type, release_date, total_tracks,
    case source
        when 'spotify' then 'https://open.spotify.com/album/' || album_id
        when 'listenbrainz' then 'https://musicbrainz.org/release/' || album_id
    end as url,
    image_url, label, popularity, upc
from newest
where age = 1
order by release_date desc nulls last, name, album_id
