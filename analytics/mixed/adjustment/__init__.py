"""Adjustment of p values and intervals for several tests at once."""

from analytics.mixed.adjustment.family import Adjusted, AdjustmentName, adjust

__all__ = ["Adjusted", "AdjustmentName", "adjust"]
