"""Units of numbers: how they are written, and which is a multiple of which. Plain data, English."""

from __future__ import annotations

UNITS = {
    unit: name
    for name, spellings in {
        "percent": "% percent pct cent", "points": "points point",
        "$": "$ dollar dollars usd us$", "€": "€ euro euros eur",
        "£": "£ gbp", "¥": "¥ yen jpy", "km": "km kms kilometre kilometres kilometer kilometers",
        "m": "metre metres meter meters", "cm": "cm centimetre centimetres centimeter centimeters",
        "mm": "mm millimetre millimetres millimeter millimeters", "mile": "mile miles mi", "foot": "foot feet ft",
        "inch": "inch inches", "yard": "yard yards", "kg": "kg kgs kilogram kilograms kilo kilos",
        "g": "gram grams", "mg": "mg milligram milligrams", "ton": "ton tons tonne tonnes",
        "pound": "pound pounds lb lbs", "litre": "litre litres liter liters", "gallon": "gallon gallons",
        "second": "sec seconds", "minute": "minute minutes min mins", "hour": "hour hours hr hrs",
        "day": "day days", "week": "week weeks", "month": "month months", "year": "year years yr yrs",
        "decade": "decade decades", "century": "century centuries", "°C": "°c celsius", "°F": "°f fahrenheit",
        "degree": "° degree degrees", "kW": "kw kilowatt kilowatts", "MW": "mw megawatt megawatts",
        "GW": "gw gigawatt gigawatts", "watt": "watt watts", "hectare": "hectare hectares ha",
        "acre": "acre acres", "mph": "mph", "kmh": "kmh kph", "hz": "hz hertz", "gb": "gb gigabyte gigabytes",
        "mb": "mb megabyte megabytes", "volt": "volt volts",
    }.items()
    for unit in spellings.split()
}  # fmt: skip
"""Spelling → name of a unit; a number may be compared with one of another of these units only to be refused."""

SCALED = {
    "km": ("m", 1e3), "cm": ("m", 1e-2), "mm": ("m", 1e-3), "kg": ("g", 1e3), "mg": ("g", 1e-3), "ton": ("g", 1e6),
    "kW": ("watt", 1e3), "MW": ("watt", 1e6), "GW": ("watt", 1e9), "gb": ("mb", 1e3), "minute": ("second", 60.0),
    "hour": ("second", 3600.0), "day": ("second", 86400.0), "week": ("second", 604800.0), "decade": ("year", 10.0),
    "century": ("year", 100.0),
}  # fmt: skip
"""Unit → the one that it is a multiple of, and how many of them it is; months are of no one length."""


def figures(value: float) -> int:
    """Digits that count: two of 640, three of 637."""
    return len(f"{value:.9e}".split("e")[0].replace(".", "").rstrip("0"))
