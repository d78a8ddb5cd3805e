"""
Mistakes in schedules.
"""

from __future__ import annotations

from datetime import date

from flowkit import Pipeline, Preset, Schedule, cron

Pipeline("p", schedule="@dayly")  # rejected, pyright at length: schedule
Pipeline("p", schedule="daily")  # rejected, pyright at length: schedule
Pipeline("p", schedule="*/15 * * * *")  # rejected, pyright at length: schedule
Pipeline("p", schedule=15)  # rejected, pyright at length: schedule
Pipeline("p", schedule=date(2026, 1, 1))  # rejected, pyright at length: schedule
Pipeline("p", schedule=["@daily"])  # rejected
Pipeline("p").settings(schedule="@dayly")  # rejected, pyright at length: schedule
PRESET: Preset = "@minutely"  # rejected, pyright at length: @minutely
SCHEDULE: Schedule = "0 6 * * *"  # rejected, pyright at length
cron(15)  # rejected: cron
cron()  # rejected
cron("0 6 * * *", "Europe/Berlin")  # rejected
cron("0 6 * * *", tz="Europe/Berlin")  # rejected: tz
cron("0 6 * * *", timezone=1)  # rejected: timezone
