-- The share of each playlist that was replaced in a month: of the different songs of the last whole
-- snapshot before the month, those that its last whole snapshot no longer has. A song that came and
-- went in between does not count. Reads the entries of one snapshot of each playlist and month.
-- parameter since (day, 365 days ago): the first day that is read
with snapshots as (
    select
        source, playlist_id, name, day, run_id, part,
        substr(snapshot_date, 1, 7) as in_month,
        row_number() over (
            partition by source, playlist_id, substr(snapshot_date, 1, 7)
            order by fetched_at desc, run_id desc
        ) as age
    from playlists
    where day >= $since
        and is_complete
        and exists (
            select 1 from loads
            where loads.run_id = playlists.run_id and loads.part = playlists.part
        )
),
months as (
    select
        source, playlist_id, name, day, run_id, part, in_month,
        row_number() over (partition by source, playlist_id order by in_month) as nth
    from snapshots
    where age = 1
),
songs as (
    select distinct months.source, months.playlist_id, months.nth, item.identity
    from playlist_items as item
    join months
        on months.source = item.source
        and months.playlist_id = item.playlist_id
        and months.day = item.day
        and months.run_id = item.run_id
        and months.part = item.part
    where item.day >= $since and item.identity is not null
),
kept as (
    select
        before.source, before.playlist_id, before.nth,
        count(*) as songs_before, count(later.identity) as songs_kept
    from songs as before
    left join songs as later
        on later.source = before.source
        and later.playlist_id = before.playlist_id
        and later.nth = before.nth + 1
        and later.identity = before.identity
    group by before.source, before.playlist_id, before.nth
)
select
    months.in_month as month, months.name as playlist, kept.songs_before,
    kept.songs_before - kept.songs_kept as replaced,
    cast(kept.songs_before - kept.songs_kept as double) / kept.songs_before as share_replaced,
    months.playlist_id
from kept
join months
    on months.source = kept.source
    and months.playlist_id = kept.playlist_id
    and months.nth = kept.nth + 1
order by month desc, share_replaced desc, playlist, months.playlist_id
