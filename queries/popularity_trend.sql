-- How each song's popularity moved from the first day it was seen to the last, widest first.
-- Empty where the API no longer sends popularity: apps made since February 2026.
with by_day as (
    select source, track_id, snapshot_date, max(name) as name, max(popularity) as popularity
    from tracks
    where popularity is not null
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
