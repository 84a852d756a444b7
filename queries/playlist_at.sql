-- A playlist as it was at a time: the contents of the last run until then that read it, or that found
-- it unchanged since an earlier run. Runs that failed, and snapshots with a missing page, say nothing;
-- a playlist that was gone keeps its last contents.
-- parameter playlist (text): id or name of the playlist
-- parameter at (timestamp): the time, UTC; a day means its end
-- parameter since (day, 2000-01-01): the first day that is read
with asked as (
    select distinct source, playlist_id
    from playlists
    where day >= $since
        and (playlist_id = $playlist or name = $playlist)
),
snapshots as (
    select
        snapshot.source, snapshot.playlist_id, snapshot.day, snapshot.run_id, snapshot.part,
        snapshot.fetched_at, snapshot.is_complete
    from playlists as snapshot
    join asked on asked.source = snapshot.source and asked.playlist_id = snapshot.playlist_id
    where snapshot.day >= $since
),
asserted as (
    select source, playlist_id, fetched_at as seen_at, run_id, run_id as contents_run_id
    from snapshots
    where is_complete
    union all
    select
        outcome.source, outcome.playlist_id, outcome.fetched_at, outcome.run_id,
        outcome.unchanged_since_run_id
    from run_outcomes as outcome
    join asked on asked.source = outcome.source and asked.playlist_id = outcome.playlist_id
    left join snapshots as own
        on own.source = outcome.source
        and own.playlist_id = outcome.playlist_id
        and own.run_id = outcome.run_id
    where outcome.day >= $since
        and outcome.outcome = 'unchanged'
        and own.run_id is null
),
ranked as (
    select
        contents.source, contents.playlist_id, contents.day, contents.run_id, contents.part,
        row_number() over (
            partition by contents.source, contents.playlist_id
            order by asserted.seen_at desc, asserted.run_id desc
        ) as age
    from asserted
    join snapshots as contents
        on contents.source = asserted.source
        and contents.playlist_id = asserted.playlist_id
        and contents.run_id = asserted.contents_run_id
    where asserted.seen_at <= $at and contents.is_complete
),
-- One row a playlist, so that engines read its rows alone.
found as (
    select
        source, playlist_id, max(day) as day, max(run_id) as run_id, max(part) as part
    from ranked
    where age = 1
    group by source, playlist_id
)
select
    item.position, item.item_type, item.name, item.artist_names as artists, item.album_name as album,
    item.added_at, item.added_by, item.identity, item.playlist_id, item.run_id
from playlist_items as item
join found
    on found.source = item.source
    and found.playlist_id = item.playlist_id
    and found.day = item.day
    and found.run_id = item.run_id
    and found.part = item.part
where item.day >= $since
order by item.source, item.playlist_id, item.position
