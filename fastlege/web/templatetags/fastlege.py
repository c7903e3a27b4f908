"""Filters for numbers and days in the language of the page."""

from django import template

from fastlege.web import formats

register = template.Library()
register.filter("whole", formats.whole)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
