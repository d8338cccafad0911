"""The casebooks as SDTM (SDTMIG 3.4): which item goes where, and the datasets with their metadata.

The names that the items carry in the declaration (`cdisc=`) lead: one in SUPP-- goes there by itself, every
other has its line in the module of its class of domains. An item that goes nowhere stands in `not_submitted`
with its reason. Where there is no value but a missing code, a finding is NOT DONE with the reason; elsewhere
SUPP-- holds the code under the item's own name with NF ("null flavour") behind.
"""
