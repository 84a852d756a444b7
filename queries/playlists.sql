-- Every playlist once, as last read, with what the last run said of it. Reads the snapshots and the
-- outcomes of runs since a day, and no entries.
-- parameter since (day, 90 days ago): the first day that is read
with snapshots as (
    select
        playlists.*,
        row_number() over (
            partition by source, playlist_id order by fetched_at desc, run_id desc
        ) as age
    from playlists
    where day >= $since
),
outcomes as (
    select
        run_outcomes.*,
        row_number() over (
            partition by source, playlist_id order by fetched_at desc, run_id desc
        ) as age
    from run_outcomes
    where day >= $since
)
select
    snapshots.playlist_id, snapshots.name, snapshots.owner_name, snapshots.entries,
    snapshots.followers, snapshots.is_public, snapshots.is_collaborative,
    snapshots.fetched_at as last_read, outcomes.fetched_at as last_run,
    outcomes.outcome as last_outcome, snapshots.description, snapshots.source
from snapshots
left join outcomes
    on outcomes.source = snapshots.source
    and outcomes.playlist_id = snapshots.playlist_id
    and outcomes.age = 1
where snapshots.age = 1
order by snapshots.name, snapshots.playlist_id
