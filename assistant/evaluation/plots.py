"""Two plots as inline SVG: drawn from numbers alone, no word of an article or a question goes in. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.evaluation.metrics import Bin, RiskPoint

SIDE = 280
_LEFT, _TOP, _BELOW = 48, 12, 44
MAX_POINTS = 400
"""Of a line; a plot has no more places than that."""


def calibration_plot(bins: Sequence[Bin]) -> str:
    """Confidence against the share that is right, a dot for each bin, the larger the more questions it has."""
    most = max((one.count for one in bins), default=0)
    dots = "".join(
        f'<circle cx="{_x(one.confidence):.1f}" cy="{_y(one.right):.1f}" r="{3 + 7 * (one.count / most) ** 0.5:.1f}">'
        f"<title>confidence {one.confidence:.2f}, right {one.right:.2f}, {one.count} questions</title></circle>"
        for one in bins
        if one.confidence is not None and one.right is not None
    )
    diagonal = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _plot("Calibration", "confidence", "share right", diagonal + dots)


def risk_plot(points: Sequence[RiskPoint], operating_point: RiskPoint | None) -> str:
    """Coverage against risk as a line, with a dot at the threshold in use."""
    step = max(1, len(points) // MAX_POINTS)
    taken = [*points[::step], *points[-1:]]
    line = " ".join(f"{_x(point.coverage):.1f},{_y(point.risk):.1f}" for point in taken)
    dot = ""
    if operating_point:
        dot = (
            f'<circle cx="{_x(operating_point.coverage):.1f}" cy="{_y(operating_point.risk):.1f}" r="6">'
            f"<title>threshold {operating_point.threshold:g}: {operating_point.coverage:.2f} answered, "
            f"{operating_point.risk:.2f} of them wrong</title></circle>"
        )
    return _plot("Risk and coverage", "share answered", "share wrong of those", f'<polyline points="{line}"/>{dot}')


def _x(share: float) -> float:
    return _LEFT + SIDE * share


def _y(share: float) -> float:
    return _TOP + SIDE * (1 - share)


def _plot(title: str, across: str, up: str, drawn: str) -> str:
    ticks = "".join(
        f'<line class="grid" x1="{_x(share)}" y1="{_y(0)}" x2="{_x(share)}" y2="{_y(1)}"/>'
        f'<line class="grid" x1="{_x(0)}" y1="{_y(share)}" x2="{_x(1)}" y2="{_y(share)}"/>'
        f'<text x="{_x(share)}" y="{_y(0) + 16}" text-anchor="middle">{share:g}</text>'
        f'<text x="{_x(0) - 6}" y="{_y(share) + 4}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    width, height = _LEFT + SIDE + 16, _TOP + SIDE + _BELOW
    return (
        f'<figure><figcaption>{title}</figcaption><svg viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{title}: {across} against {up}">{ticks}{drawn}'
        f'<text x="{_x(0.5)}" y="{height - 8}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(12 {_y(0.5)}) rotate(-90)" text-anchor="middle">{up}</text></svg></figure>'
    )
