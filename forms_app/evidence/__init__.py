"""What the recorded data say of each criterion, beside what the clinician says.

Pure functions of the facts: a verdict and the evidence in words. The clinician decides; where both
contradict, a soft check asks.
"""
