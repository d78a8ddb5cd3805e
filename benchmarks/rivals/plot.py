"""
Bars as SVG, readable on light and dark pages.
"""

from __future__ import annotations

import math

_WIDTH, _LEFT, _ROW, _HEAD = 720, 210, 24, 34


def bars(panels: list[tuple[str, list[tuple[str, float]]]]) -> str:
    """
    Return one picture of *panels*: a title, and by name the ratio to hand-written Airflow; on a logarithmic scale.
    """
    values = [value for _, rows in panels for _, value in rows] or [1.0]
    low = min(0.5, *values) / 1.3
    high = max(2.0, *values) * 1.3

    def across(value: float) -> float:
        share = math.log(value / low) / math.log(high / low)
        return _LEFT + share * (_WIDTH - _LEFT - 70)

    parts: list[str] = []
    top = 0
    for title, rows in panels:
        parts.append(f'<text x="8" y="{top + 22}" font-weight="bold">{title}</text>')
        bottom = top + _HEAD + _ROW * len(rows)
        for index, (name, value) in enumerate(rows):
            y = top + _HEAD + index * _ROW
            colour = "#00897b" if name == "flowkit" else "#90a4ae"
            begin, end = sorted((across(1.0), across(value)))
            parts.append(f'<text x="{_LEFT - 8}" y="{y + 15}" text-anchor="end">{name}</text>')
            parts.append(
                f'<rect x="{begin:.1f}" y="{y + 3}" width="{max(end - begin, 1.5):.1f}" height="{_ROW - 7}" '
                f'fill="{colour}"/>'
            )
            parts.append(f'<text x="{end + 5:.1f}" y="{y + 15}">{_shown(value)}</text>')
        line = across(1.0)
        parts.append(
            f'<line x1="{line:.1f}" x2="{line:.1f}" y1="{top + _HEAD - 4}" y2="{bottom}" stroke="#78909c"/>'
        )
        top = bottom + 12
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" font-family="sans-serif" '
        f'font-size="13" fill="#607d8b">\n<title>Time over that of hand-written Airflow, on a logarithmic scale; '
        f"less is better</title>\n{body}\n</svg>\n"
    )


def _shown(value: float) -> str:
    return f"{value:.2f}" if value >= 0.095 else f"{value:.3f}"
