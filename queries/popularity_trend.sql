-- The change of each song's popularity from its first day to its last day, largest change first.
-- Empty for apps made since February 2026, to which the API does not send popularity.
-- Reads the tracks of runs since a day.
-- parameter since (day, 90 days ago): the first day that is read
with by_day as (
    select source, track_id, snapshot_date, max(name) as name, max(popularity) as popularity
    from tracks
    where day >= $since
        and popularity is not null
    group by source, track_id, snapshot_date
),
trends as (
    select
        track_id,
        max_by(name, snapshot_date) as name,
        count(*) as days,
        min(snapshot_date) as first_day,
        min_by(popularity, snapshot_date) as first_popularity,
        max(snapshot_date) as last_day,
        max_by(popularity, snapshot_date) as last_popularity
    from by_day
    group by source, track_id
    having count(*) > 1
)
select
    track_id, name, days, first_day, first_popularity, last_day, last_popularity,
    last_popularity - first_popularity as change
from trends
order by abs(last_popularity - first_popularity) desc, name, track_id
