"""Mainland postal codes and the provinces that they belong to (product.md Q6).

YD/T 603: the first two digits are the province, in a few cases the prefecture of a neighbour. Codes that belong to
several provinces name them all: an odd pair is a hint for people, so the table rather lets one through.
"""

from __future__ import annotations

#: First two digits → provinces, by the letters of GB/T 2260 (as in the external ids of Odoo's states of China).
PROVINCES_OF_ZONE: dict[str, tuple[str, ...]] = {
    "01": ("NM",),
    "02": ("NM",),
    "03": ("SX",),
    "04": ("SX",),
    "05": ("HE",),
    "06": ("HE",),
    "07": ("HE",),
    "10": ("BJ",),
    "11": ("LN",),
    "12": ("LN",),
    "13": ("JL",),
    "15": ("HL",),
    "16": ("HL", "NM"),  # Daxing'anling
    "20": ("SH",),
    "21": ("JS",),
    "22": ("JS",),
    "23": ("AH",),
    "24": ("AH",),
    "25": ("SD",),
    "26": ("SD",),
    "27": ("SD",),
    "30": ("TJ",),
    "31": ("ZJ",),
    "32": ("ZJ",),
    "33": ("JX",),
    "34": ("JX",),
    "35": ("FJ",),
    "36": ("FJ",),
    "40": ("CQ",),
    "41": ("HN",),
    "42": ("HN",),
    "43": ("HB",),
    "44": ("HB",),
    "45": ("HA",),
    "46": ("HA",),
    "47": ("HA",),
    "51": ("GD",),
    "52": ("GD",),
    "53": ("GX",),
    "54": ("GX",),
    "55": ("GZ",),
    "56": ("GZ",),
    "57": ("HI",),
    "61": ("SC",),
    "62": ("SC",),
    "63": ("SC", "CQ"),  # written before Chongqing left Sichuan
    "64": ("SC", "CQ"),
    "65": ("YN",),
    "66": ("YN",),
    "67": ("YN",),
    "71": ("SN",),
    "72": ("SN",),
    "73": ("GS",),
    "74": ("GS",),
    "75": ("NX", "NM"),  # 750306 Alxa
    "81": ("QH",),
    "83": ("XJ",),
    "84": ("XJ",),
    "85": ("XZ",),
    "86": ("XZ",),
}


def fits(postcode: str, province: str) -> bool:
    """Whether a postal code of six digits may belong to a province; yes where the zone is not known.

    >>> fits("518000", "GD"), fits("518000", "BJ"), fits("999077", "BJ")
    (True, False, True)
    """
    provinces = PROVINCES_OF_ZONE.get(postcode[:2])
    return provinces is None or province in provinces
