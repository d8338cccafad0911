"""The screens of the forms at work."""

from django.urls import URLPattern

screens: list[URLPattern] = []
