"""The words that names are made of, including other scripts, accents, quotes and symbols."""


def words(text: str) -> tuple[str, ...]:
    """Splits a text into its words."""
    return tuple(text.split())


ADJECTIVES = words(
    """
    Amber Borrowed Broken Copper Crooked Distant Drowsy Electric Faded Feral Gentle Glass Golden
    Hollow Idle Indigo Ivory Kind Late Lonesome Lunar Mild Modern Northern Pale Paper Quiet Restless
    Salted Scarlet Secret Silver Slow Small Solar Spare Stray Sudden Tidal Tin Velvet Violet Wild
    """
)
NOUNS = words(
    """
    Anchor Antenna Arcade Balcony Bicycle Boulevard Canyon Cathedral Compass Corridor Daylight Diary
    Engine Envelope Fever Garden Ghost Harbour Horizon Kitchen Lantern Letter Lighthouse Magnet
    Meadow Mirror Motel Mountain Orchard Parade Passenger Pendulum Piano Postcard Radio Reservoir
    River Satellite Season Shadow Station Static Summer Telescope Theatre Thunder Tramway Winter
    """
)
VERBS = words(
    """
    Breathe Carry Cross Dance Drift Fall Follow Forget Hold Keep Leave Listen Run Sing Sleep Stay
    Swim Wait Wake Walk Wander Whisper
    """
)
GIVEN_NAMES = words(
    """
    Ada Amara Anouk Ben Björn Chloé Dario Efe Elif Esi Farah Félix Goran Hana Ines Iñaki Jonas Kaia
    Kofi Léa Lucía Mads Mei Mira Nils Noor Olu Paolo Renée Rui Sanna Søren Tomás Uma Yara Zofia
    """
)
FAMILY_NAMES = words(
    """
    Abara Almeida Bergström Castellano Çelik Dubois Eriksen Fontaine García Hartmann Ibarra
    Jóhansson Kowalczyk Lindqvist Marchetti Mbeki Nakamura Núñez O'Dair Okafor Papadakis Quist
    Řezníček Sato Šimić Tanaka Thorne Vasquez Wójcik Young
    """
)
PLACES = words(
    """
    Aarhus Accra Bergen Bogotá Brno Cádiz Dakar Faro Ghent Hobart Kraków Leeds Lima Malmö Nantes
    Osaka Porto Quito Reykjavík Tartu Turin Ulm Valparaíso Zürich
    """
)
ODD_ARTISTS = (
    'Mara "Quill" Adeyemi',
    "Static \N{CACTUS} Choir",
    "\N{SPARKLES}minor planets\N{SPARKLES}",
    "夜の水族館",
    "비 오는 정류장",
    "Ночной трамвай",
    "Θάλασσα",
    "ليلى والغيوم",
    "ירח כפול",
    "Żółta Łódź",
    "AC\\Delta",
    "...and the Weather",
    "Sigur\N{COMBINING ACUTE ACCENT}d & Söner",
)
ODD_TITLES = (
    'She Said "Later"',
    "Don't Look / Don't Blink",
    "\N{CRESCENT MOON} 3:47 AM",
    "Où vont les nuages ?",
    "Mañana, quizás",
    "Über den Dächern",
    "春の終わり",
    "Последний поезд",
    "مدينة بلا نوم",
    "שיר בלי שם",
    "100% (Almost)",
    "<untitled>",
    "Tab\tStop",
)
VERSIONS = (
    "Radio Edit",
    "Acoustic",
    "Live",
    "Remastered 2011",
    "Demo",
    "Instrumental",
    "Extended Mix",
)
GENRES = (
    "ambient pop",
    "balkan brass",
    "chamber folk",
    "dream pop",
    "electro swing",
    "french indie",
    "garage rock",
    "highlife",
    "jazz fusion",
    "lo-fi beats",
    "neo soul",
    "post-rock",
    "synthwave",
    "uk garage",
)
