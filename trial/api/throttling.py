"""How often somebody may ask the API: a budget of each person, whatever tokens and sessions are used.

Each web process counts for itself, so the limit of a server is this rate times its processes. The rate is
far above what a person or a nightly program needs, and far below what it takes to hold up others.
"""

from rest_framework.throttling import UserRateThrottle


class PersonThrottle(UserRateThrottle):
    scope = "person"
