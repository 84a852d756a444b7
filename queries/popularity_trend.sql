-- The change of each song's popularity from its first day to its last day, largest change first.
-- Empty for apps made since February 2026, to which the API does not send popularity.
-- Reads the tracks of runs since a day.
-- parameter since (day, 365 days ago): the first day that is read
with by_day as (
    select source, track_id, snapshot_date, max(name) as name, max(popularity) as popularity
    from tracks
    where day >= $since
        and popularity is not null
        and exists (
            select 1 from loads
            where loads.run_id = tracks.run_id and loads.part = tracks.part
        )
    group by source, track_id, snapshot_date
),
ordered as (
    select
        source, track_id, snapshot_date, name, popularity,
        row_number() over (
            partition by source, track_id order by snapshot_date
        ) as nth_day,
        row_number() over (
            partition by source, track_id order by snapshot_date desc
        ) as nth_last_day
    from by_day
)
select
    track_id,
    max(case when nth_last_day = 1 then name end) as name,
    count(*) as days,
    min(snapshot_date) as first_day,
    max(case when nth_day = 1 then popularity end) as first_popularity,
    max(snapshot_date) as last_day,
    max(case when nth_last_day = 1 then popularity end) as last_popularity,
    max(case when nth_last_day = 1 then popularity end)
        - max(case when nth_day = 1 then popularity end) as change
from ordered
group by source, track_id
having count(*) > 1
order by
    abs(
        max(case when nth_last_day = 1 then popularity end)
        - max(case when nth_day = 1 then popularity end)
    ) desc,
    name,
    track_id
