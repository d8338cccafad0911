"""Adjustment of p values and intervals for several tests at once."""

from analytics.mixed.adjustment.family import Adjusted, AdjustmentName, adjust
from analytics.mixed.adjustment.single_step import FamilyTooLarge

__all__ = ["Adjusted", "AdjustmentName", "FamilyTooLarge", "adjust"]
