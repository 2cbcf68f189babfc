"""The 32 federal entities of Mexico by their ISO 3166-2 code, in the order of their names."""

from __future__ import annotations

NAMES = {
    "MX-AGU": "Aguascalientes",
    "MX-BCN": "Baja California",
    "MX-BCS": "Baja California Sur",
    "MX-CAM": "Campeche",
    "MX-CHP": "Chiapas",
    "MX-CHH": "Chihuahua",
    "MX-CMX": "Ciudad de México",
    "MX-COA": "Coahuila de Zaragoza",
    "MX-COL": "Colima",
    "MX-DUR": "Durango",
    "MX-MEX": "Estado de México",  # its everyday name, so that it is not taken for the country
    "MX-GUA": "Guanajuato",
    "MX-GRO": "Guerrero",
    "MX-HID": "Hidalgo",
    "MX-JAL": "Jalisco",
    "MX-MIC": "Michoacán de Ocampo",
    "MX-MOR": "Morelos",
    "MX-NAY": "Nayarit",
    "MX-NLE": "Nuevo León",
    "MX-OAX": "Oaxaca",
    "MX-PUE": "Puebla",
    "MX-QUE": "Querétaro",
    "MX-ROO": "Quintana Roo",
    "MX-SLP": "San Luis Potosí",
    "MX-SIN": "Sinaloa",
    "MX-SON": "Sonora",
    "MX-TAB": "Tabasco",
    "MX-TAM": "Tamaulipas",
    "MX-TLA": "Tlaxcala",
    "MX-VER": "Veracruz de Ignacio de la Llave",
    "MX-YUC": "Yucatán",
    "MX-ZAC": "Zacatecas",
}


LONGEST_MUNICIPALITY = 80  # characters of a name
NATIONAL = "MX"  # in an address: what is said of the whole country or of several entities
# Our own map: a square for each entity, at about its place (column, row), with the letters people know it by.
TILES = {
    "MX-BCN": (0, 0, "BC"), "MX-SON": (1, 0, "SON"), "MX-CHH": (2, 0, "CHIH"), "MX-COA": (3, 0, "COAH"),
    "MX-NLE": (4, 0, "NL"), "MX-TAM": (5, 0, "TAMS"), "MX-BCS": (0, 1, "BCS"), "MX-SIN": (1, 1, "SIN"),
    "MX-DUR": (2, 1, "DGO"), "MX-ZAC": (3, 1, "ZAC"), "MX-SLP": (4, 1, "SLP"), "MX-NAY": (1, 2, "NAY"),
    "MX-JAL": (2, 2, "JAL"), "MX-AGU": (3, 2, "AGS"), "MX-GUA": (4, 2, "GTO"), "MX-QUE": (5, 2, "QRO"),
    "MX-HID": (6, 2, "HGO"), "MX-COL": (2, 3, "COL"), "MX-MIC": (3, 3, "MICH"), "MX-MEX": (4, 3, "MEX"),
    "MX-CMX": (5, 3, "CDMX"), "MX-TLA": (6, 3, "TLAX"), "MX-VER": (7, 3, "VER"), "MX-YUC": (10, 3, "YUC"),
    "MX-GRO": (4, 4, "GRO"), "MX-MOR": (5, 4, "MOR"), "MX-PUE": (6, 4, "PUE"), "MX-TAB": (8, 4, "TAB"),
    "MX-CAM": (9, 4, "CAMP"), "MX-ROO": (10, 4, "QROO"), "MX-OAX": (6, 5, "OAX"), "MX-CHP": (7, 5, "CHIS"),
}  # fmt: skip


def place(code: str | None, municipality: str = "") -> str:
    """In words, the smaller first; empty for the whole country."""
    return ", ".join(filter(None, (municipality, NAMES.get(code or "", ""))))


def names() -> dict[str, str]:
    """Code → name, in alphabetical order."""
    return dict(NAMES)
