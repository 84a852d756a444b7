from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from playlake_sandbox.world.attributes import EVERYWHERE
from playlake_sandbox.world.history import FIRST_DAY, MOST_ENTRIES, addition, contents, snapshot_id
from playlake_sandbox.world.library import Library, Playlist
from playlake_sandbox.world.music_catalog import ALBUMS, ARTISTS, album, artist, track
from playlake_sandbox.world.slots import LocalFile, Takedown, content
from playlake_sandbox.world.standing_playlists import Kind

SEED = 7
TODAY = date(2026, 11, 21)
LIBRARY = Library(SEED, extra=40)
DAYS = [TODAY + timedelta(days=n) for n in range(60)]


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    track.cache_clear()
    first = [track(SEED, number, 0) for number in range(50)]
    track.cache_clear()
    assert [track(SEED, number, 0) for number in range(50)] == first
    assert [track(SEED + 1, number, 0) for number in range(50)] != first


def test_names_come_in_several_scripts_with_quotes_and_symbols() -> None:
    names = "".join(artist(SEED, number).name for number in range(ARTISTS))
    for character in ('"', "'", "é", "夜", "ל", "ل", "\N{CACTUS}"):
        assert character in names


def test_most_albums_are_sold_everywhere_some_in_few_countries_and_a_few_nowhere() -> None:
    counts = Counter(len(album(SEED, number).markets) for number in range(500))
    assert len(EVERYWHERE) == 185
    assert counts[185] > 400
    assert set(counts) == {185, 43, 3, 0}


def test_release_dates_have_every_precision_and_its_length() -> None:
    releases = [album(SEED, number).release for number in range(500)]
    lengths = {(release.precision, len(release.date)) for release in releases}
    assert lengths == {("year", 4), ("month", 7), ("day", 10)}


def test_isrcs_have_twelve_characters() -> None:
    for number in range(200):
        isrc = track(SEED, number, 0).isrc
        assert len(isrc) == 12
        assert isrc[5:].isdigit()


def test_popularity_changes_by_at_most_one_a_day() -> None:
    for number in range(50):
        popularity = track(SEED, number, 0).popularity
        values = [popularity.on(day.toordinal()) for day in DAYS]
        assert all(0 <= value <= 100 for value in values)
        assert max(abs(after - before) for before, after in pairwise(values)) == 1


def test_the_snapshot_id_changes_when_the_playlist_does() -> None:
    playlist = LIBRARY.playlist(20)
    states = [contents(playlist, day) for day in DAYS]
    changed = [before.slots != after.slots for before, after in pairwise(states)]
    renamed = [
        snapshot_id(playlist, before) != snapshot_id(playlist, after)
        for before, after in pairwise(states)
    ]
    assert changed == renamed
    assert 20 < sum(changed) < 55


def orders(playlist: Playlist) -> Iterator[tuple[list[int], list[int]]]:
    """The slots that stay from each day to the next, in the order of either."""
    for before, after in pairwise(contents(playlist, day).slots for day in DAYS):
        stayed = set(before) & set(after)
        yield [s for s in before if s in stayed], [s for s in after if s in stayed]


def is_block_move(before: list[int], after: list[int]) -> bool:
    """Whether a block changed places with its neighbours, and everything else stayed."""
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    part = slice(changed[0], changed[-1] + 1)
    old, new = before[part], after[part]
    return any(old[cut:] + old[:cut] == new for cut in range(len(old)))


def test_on_most_days_songs_that_stay_keep_their_order() -> None:
    kept = [before == after for before, after in orders(LIBRARY.playlist(20))]
    assert 0.8 * len(kept) < sum(kept) < len(kept)


def test_the_owner_moves_blocks_and_rarely_shuffles_a_short_playlist() -> None:
    changed = [
        (before, after)
        for number in LIBRARY.followed
        for before, after in orders(LIBRARY.playlist(number))
        if before != after
    ]
    shuffled = [len(before) for before, after in changed if not is_block_move(before, after)]
    assert 200 < len(changed) < 600
    assert 0 < len(shuffled) < 0.1 * len(changed)
    assert max(shuffled) <= 150


def test_another_order_alone_gives_another_snapshot_id() -> None:
    playlist = LIBRARY.playlist(50)
    reordered = [
        (before, after)
        for before, after in pairwise(contents(playlist, day) for day in DAYS)
        if before.slots != after.slots and set(before.slots) == set(after.slots)
    ]
    assert reordered
    for before, after in reordered:
        assert snapshot_id(playlist, before) != snapshot_id(playlist, after)


def test_playlists_that_change_by_a_percentage_keep_their_order() -> None:
    playlist = Library(SEED, extra=1, daily_change_percent=100).playlist(12)
    assert all(before == after for before, after in orders(playlist))


@pytest.mark.parametrize("number", [4, 6])
def test_still_playlists_never_change(number: int) -> None:
    assert len({contents(LIBRARY.playlist(number), day) for day in DAYS}) == 1


def test_added_at_is_before_the_day_that_shows_the_entry() -> None:
    for number in range(LIBRARY.count):
        playlist = LIBRARY.playlist(number)
        dates = [addition(playlist, slot).at for slot in contents(playlist, TODAY).slots]
        assert all(at is None or at.date() < TODAY for at in dates)


def test_songs_added_after_the_first_day_are_dated_after_it() -> None:
    playlist = LIBRARY.playlist(20)
    newest = contents(playlist, TODAY).slots[-1]
    added = addition(playlist, newest).at
    assert added is not None
    assert FIRST_DAY <= added.date() < TODAY


def test_snapshot_ids_have_characters_that_are_not_safe_in_keys() -> None:
    ids = "".join(
        snapshot_id(LIBRARY.playlist(number), contents(LIBRARY.playlist(number), TODAY))
        for number in range(LIBRARY.count)
    )
    assert set("/+=") <= set(ids)


def test_a_playlist_holds_at_most_ten_thousand_songs() -> None:
    largest = Library(SEED, largest=MOST_ENTRIES).playlist(0)
    sizes = [len(contents(largest, day).slots) for day in DAYS[:20]]
    assert 9_900 < min(sizes) <= max(sizes) <= 10_000


def test_a_large_playlist_repeats_few_songs() -> None:
    playlist = LIBRARY.playlist(0)
    songs = [content(playlist, slot) for slot in contents(playlist, TODAY).slots]
    assert len(songs) > 1_900
    assert len(set(songs)) > 0.99 * len(songs)
    assert len(songs) < ALBUMS


def test_playlists_of_one_listener_share_songs() -> None:
    first, second = (
        {content(playlist, slot) for slot in contents(playlist, TODAY).slots}
        for playlist in (LIBRARY.playlist(0), LIBRARY.playlist(10))
    )
    assert first & second


def test_the_standing_playlists_have_their_edge_cases() -> None:
    kinds = {LIBRARY.playlist(number).profile.kind: number for number in range(12)}
    held = {
        kind: [content(LIBRARY.playlist(number), slot) for slot in range(12)]
        for kind, number in kinds.items()
    }
    assert any(isinstance(each, LocalFile) for each in held[Kind.LOCAL_FILES])
    assert None in held[Kind.UNAVAILABLE]
    assert any(isinstance(each, Takedown) for each in held[Kind.UNAVAILABLE])
    assert len(set(held[Kind.DUPLICATES])) == 4


def test_playlists_are_found_by_id_except_editorial_ones() -> None:
    playlists = [LIBRARY.playlist(number) for number in range(LIBRARY.count)]
    found = {each.number for each in playlists if LIBRARY.find(each.id) == each}
    editorial = {each.number for each in playlists if each.profile.editorial}
    assert LIBRARY.count == 52
    assert found == set(range(52)) - editorial
    assert len(editorial) == 1


def test_a_playlist_that_the_library_lacks_is_not_found() -> None:
    beyond = Library(SEED, extra=41).playlist(52)
    assert LIBRARY.find(beyond.id) is None
