-- Songs that your playlists have under more than one id, as pairs of ids. Two ids are one song if they
-- have the same ISRC, the code of a recording; across services also if one of them has none, and title
-- and first artist are the same without letter case, punctuation, and notes such as "(feat. …)" or
-- "- 2011 Remaster". The column matched_by says which. Reads the last whole snapshot of each playlist
-- since a day.
-- parameter since (day, 90 days ago): the first day that is read
with snapshots as (
    select
        source, playlist_id, name, day, run_id, part,
        row_number() over (
            partition by source, playlist_id order by fetched_at desc, run_id desc
        ) as age
    from playlists
    where day >= $since
        and is_complete
),
entries as (
    select snapshots.name as playlist, item.*
    from playlist_items as item
    join snapshots
        on snapshots.source = item.source
        and snapshots.playlist_id = item.playlist_id
        and snapshots.day = item.day
        and snapshots.run_id = item.run_id
        and snapshots.part = item.part
    where snapshots.age = 1 and item.day >= $since
),
ids as (
    select
        source, track_id,
        max(isrc) as isrc, max(name) as name, max(artist_names) as artists,
        count(distinct playlist_id) as playlists
    from entries
    where track_id is not null
    group by source, track_id
),
-- Each pattern matches once, to the end of the text, so an engine that replaces every match and one
-- that replaces the first give the same.
songs as (
    select
        source, track_id, isrc, name, artists, playlists,
        translate(
            regexp_replace(
                lower(name),
                ' *[-(\[] *(feat|ft|with|official|lyrics?|audio|([0-9]{4} )?remaster(ed)?)([^a-z].*)?$',
                ''
            ),
            ' .,:;!?&()[]/''"’“”-', ''
        ) as title,
        translate(
            regexp_replace(lower(artists), '( - topic|, .*| & .*| (feat|ft)[. ].*)$', ''),
            ' .,:;!?&()[]/''"’“”-', ''
        ) as artist
    from ids
),
pairs as (
    select
        'isrc' as matched_by, one.source, one.track_id,
        two.source as other_source, two.track_id as other_track_id
    from songs as one
    join songs as two on two.isrc = one.isrc
    where one.source < two.source
        or (one.source = two.source and one.track_id < two.track_id)
    union all
    select
        'title and artist' as matched_by, one.source, one.track_id,
        two.source as other_source, two.track_id as other_track_id
    from songs as one
    join songs as two on two.title = one.title and two.artist = one.artist
    where one.source < two.source
        and (one.isrc is null or two.isrc is null)
        and one.title <> '' and one.artist <> ''
)
select
    one.name, one.artists, pairs.source, one.playlists,
    two.name as other_name, two.artists as other_artists, pairs.other_source,
    two.playlists as other_playlists,
    pairs.matched_by, one.isrc, two.isrc as other_isrc, pairs.track_id, pairs.other_track_id
from pairs
join songs as one on one.source = pairs.source and one.track_id = pairs.track_id
join songs as two on two.source = pairs.other_source and two.track_id = pairs.other_track_id
order by one.artists, one.name, pairs.source, pairs.track_id, pairs.other_source, pairs.other_track_id
