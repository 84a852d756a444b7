-- How long songs stayed in a playlist, the longest or the shortest first; each stay counts by itself.
-- A stay begins when the song was added, but after the last run that did not see it and with the first
-- that did. It ends with the last run that saw it. Among the shortest are none that still go on.
-- Reads the stays that lasted to a day or longer; on AWS they are as of the last compaction.
-- parameter order (longest or shortest, longest): which come first
-- parameter since (day, 365 days ago): the first day that is read
with names as (
    select source, playlist_id, max_by(name, fetched_at) as playlist
    from playlists
    where day >= $since
    group by source, playlist_id
),
dated as (
    select
        source, playlist_id, identity, name, artist_names, still_there,
        cast(
            case
                when added_at < last_missing_at then last_missing_at
                when added_at < first_seen_at then added_at
                else first_seen_at
            end as date
        ) as came_on,
        cast(last_seen_at as date) as last_seen_on
    from memberships
    where last_seen_at >= cast($since as timestamp)
        and identity is not null
        and ($order = 'longest' or first_missing_at is not null)
),
stays as (
    select dated.*, date_diff('day', came_on, last_seen_on) as days
    from dated
)
select
    names.playlist, stays.name, stays.artist_names as artists, stays.came_on, stays.last_seen_on,
    stays.days, stays.still_there, stays.identity, stays.playlist_id
from stays
left join names
    on names.source = stays.source and names.playlist_id = stays.playlist_id
order by
    case $order when 'longest' then -stays.days else stays.days end,
    names.playlist, stays.name, stays.identity, stays.playlist_id, stays.came_on
