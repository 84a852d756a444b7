-- What was added to and removed from each playlist between consecutive snapshots.
-- Copies count: if a song is in a playlist twice and then once, one copy was removed.
-- Snapshots with a missing page are skipped, because their missing entries were not removed.
with snapshots as (
    select
        source, playlist_id, name, day, run_id, snapshot_date, fetched_at,
        lag(run_id) over (
            partition by source, playlist_id order by fetched_at, run_id
        ) as previous_run_id,
        lead(run_id) over (
            partition by source, playlist_id order by fetched_at, run_id
        ) as next_run_id
    from playlists
    where is_complete
),
contents as (
    select
        source, playlist_id, day, run_id,
        coalesce(identity, 'unavailable') as identity,
        max(name) as name,
        max(artist_names) as artists,
        count(*) as copies
    from playlist_items
    group by source, playlist_id, day, run_id, coalesce(identity, 'unavailable')
),
differences as (
    select
        snapshots.source, snapshots.playlist_id, snapshots.run_id,
        contents.identity, contents.name, contents.artists, contents.copies
    from snapshots
    join contents
        on contents.source = snapshots.source
        and contents.playlist_id = snapshots.playlist_id
        and contents.day = snapshots.day
        and contents.run_id = snapshots.run_id
    where snapshots.previous_run_id is not null
    union all
    select
        snapshots.source, snapshots.playlist_id, snapshots.next_run_id as run_id,
        contents.identity, contents.name, contents.artists, -contents.copies as copies
    from snapshots
    join contents
        on contents.source = snapshots.source
        and contents.playlist_id = snapshots.playlist_id
        and contents.day = snapshots.day
        and contents.run_id = snapshots.run_id
    where snapshots.next_run_id is not null
),
changes as (
    select
        source, playlist_id, run_id, identity,
        max(name) as name,
        max(artists) as artists,
        sum(copies) as copies
    from differences
    group by source, playlist_id, run_id, identity
    having sum(copies) <> 0
)
select
    snapshots.snapshot_date,
    snapshots.name as playlist,
    case when changes.copies > 0 then 'added' else 'removed' end as change,
    abs(changes.copies) as copies,
    changes.name,
    changes.artists,
    changes.identity,
    changes.playlist_id,
    changes.run_id
from changes
join snapshots
    on snapshots.source = changes.source
    and snapshots.playlist_id = changes.playlist_id
    and snapshots.run_id = changes.run_id
order by snapshots.fetched_at desc, playlist, change, changes.name, changes.identity
