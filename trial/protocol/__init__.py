"""The protocol as data: pure, frozen, validated when loaded. Imports no framework.

Facts come from the pilot's publication where it states them (doi 10.1186/s12871-025-03046-6);
whatever it does not state is a setting here and is marked so.
"""

from trial.protocol.study import STUDY

__all__ = ["STUDY"]
