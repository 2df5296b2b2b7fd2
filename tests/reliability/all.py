"""All series, in the order in which they are run."""

from __future__ import annotations

from reliability import damage, inputs, interventions, kills, page, races, spans, swaps

SERIES = [
    swaps.SERIES,
    kills.KILLS,
    kills.OPERATIONS,
    races.SERIES,
    damage.SERIES,
    inputs.SERIES,
    spans.SERIES,
    interventions.SERIES,
    page.SERIES,
]
