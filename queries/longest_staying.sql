-- The songs that stayed longest in a playlist, also those that have left it.
-- A stay begins on the day of the earliest time of addition, or on the first day on which the song was
-- seen if that is earlier, and ends on the last day on which a run read it or found the playlist
-- unchanged. A song that was away in between counts as one stay.
-- Reads all snapshots since a day; songs that left before are not seen.
-- parameter since (day, 365 days ago): the first day that is read
with snapshots as (
    select source, playlist_id, name, day, run_id, part, snapshot_date, fetched_at
    from playlists
    where day >= $since
        and is_complete
        and exists (
            select 1 from loads
            where loads.run_id = playlists.run_id and loads.part = playlists.part
        )
),
asserted as (
    select source, playlist_id, run_id, snapshot_date, fetched_at as seen_at
    from snapshots
    union all
    select source, playlist_id, unchanged_since_run_id, snapshot_date, fetched_at
    from run_outcomes
    where day >= $since
        and outcome = 'unchanged'
        and exists (
            select 1 from loads
            where loads.run_id = run_outcomes.run_id and loads.part = run_outcomes.part
        )
),
in_force as (
    select
        snapshots.source, snapshots.playlist_id, snapshots.run_id,
        max(snapshots.name) as name, max(snapshots.day) as day, max(snapshots.part) as part,
        min(asserted.snapshot_date) as first_day, max(asserted.snapshot_date) as last_day,
        row_number() over (
            partition by snapshots.source, snapshots.playlist_id
            order by max(asserted.seen_at) desc, snapshots.run_id desc
        ) as age
    from asserted
    join snapshots
        on snapshots.source = asserted.source
        and snapshots.playlist_id = asserted.playlist_id
        and snapshots.run_id = asserted.run_id
    group by snapshots.source, snapshots.playlist_id, snapshots.run_id
),
stays as (
    select
        item.source, item.playlist_id, item.identity,
        max(in_force.name) as playlist, max(item.name) as name, max(item.artist_names) as artists,
        min(item.added_at) as added_at,
        min(in_force.first_day) as first_day, max(in_force.last_day) as last_day,
        min(in_force.age) = 1 as still_there
    from playlist_items as item
    join in_force
        on in_force.source = item.source
        and in_force.playlist_id = item.playlist_id
        and in_force.day = item.day
        and in_force.run_id = item.run_id
        and in_force.part = item.part
    where item.day >= $since and item.identity is not null
    group by item.source, item.playlist_id, item.identity
),
dated as (
    select
        stays.*,
        case
            when cast(added_at as date) < cast(first_day as date) then cast(added_at as date)
            else cast(first_day as date)
        end as came_on,
        cast(last_day as date) as last_seen_on
    from stays
)
select
    playlist, name, artists, came_on, last_seen_on,
    date_diff('day', came_on, last_seen_on) as days, still_there, identity, playlist_id
from dated
order by days desc, playlist, name, identity, playlist_id
