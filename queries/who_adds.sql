-- Who added the most of what your playlists have now, with the number of playlists and the first and
-- last time. Entries of which the source does not say who added them are one row without a user.
-- Reads the playlists that were seen since a day; on AWS they are as of the last compaction.
-- parameter since (day, 90 days ago): the first day that is read
select
    added_by, count(*) as entries, count(distinct playlist_id) as playlists,
    min(added_at) as first_added, max(added_at) as last_added
from memberships
where last_seen_at >= cast($since as timestamp) and first_missing_at is null
group by source, added_by
order by entries desc, added_by
