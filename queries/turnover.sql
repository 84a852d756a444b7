-- The share of each playlist that was replaced in a month: of the different songs that it had when the
-- month began, those that it no longer has at the end. A song that came and went in between does not
-- count. A month without a whole snapshot of the playlist has no row.
-- Reads the stays that touch a whole month since a day; on AWS they are as of the last compaction.
-- parameter since (day, 365 days ago): the first day that is read
with months as (
    select
        source, playlist_id, substr(snapshot_date, 1, 7) as in_month,
        cast(substr(snapshot_date, 1, 7) || '-01' as timestamp) as begins,
        max_by(name, fetched_at) as playlist
    from playlists
    where day >= $since and is_complete and substr(snapshot_date, 1, 7) || '-01' >= $since
    group by source, playlist_id, substr(snapshot_date, 1, 7)
),
songs as (
    select
        months.in_month, months.playlist, months.source, months.playlist_id, stay.identity,
        max(case when stay.first_seen_at < months.begins then 1 else 0 end) as was_there,
        max(case when stay.first_missing_at < months.begins + interval '1' month then 0 else 1 end)
            as is_there
    from months
    join memberships as stay
        on stay.source = months.source
        and stay.playlist_id = months.playlist_id
        and stay.first_seen_at < months.begins + interval '1' month
        and (stay.first_missing_at is null or stay.first_missing_at >= months.begins)
    where stay.identity is not null
        and (stay.first_missing_at is null or stay.first_missing_at >= cast($since as timestamp))
    group by months.in_month, months.playlist, months.source, months.playlist_id, stay.identity
)
select
    in_month as month, playlist, count(*) as songs_before, sum(1 - is_there) as replaced,
    cast(sum(1 - is_there) as double) / count(*) as share_replaced, playlist_id
from songs
where was_there = 1
group by in_month, playlist, source, playlist_id
order by month desc, share_replaced desc, playlist, playlist_id
