"""Municipalities and basic units, as a loaded snapshot brought them."""

from __future__ import annotations

from django.db import models

from fastlege.access.privacy import Privacy
from fastlege.kernel.vocabulary import SizeGroup
from fastlege.registry.models.columns import one_of


class Municipality(models.Model):
    """A municipality, with the groups that figures are counted by."""

    municipality = models.TextField(primary_key=True)
    name = models.TextField()
    county = models.TextField()
    county_name = models.TextField()
    size_group = models.TextField()
    centrality = models.SmallIntegerField()
    population = models.IntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()

    privacy = Privacy(
        plain=(
            *("municipality", "name", "county", "county_name", "size_group"),
            *("centrality", "population", "latitude", "longitude"),
        )
    )

    class Meta:
        app_label = "registry"
        db_table = "municipalities"
        constraints = [one_of("size_group", SizeGroup, table="municipalities")]


class BasicUnit(models.Model):
    """A small area with a point inside: where people are taken to live."""

    basic_unit = models.TextField(primary_key=True)
    name = models.TextField()
    municipality = models.ForeignKey(Municipality, models.PROTECT, db_column="municipality")
    population = models.IntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()

    privacy = Privacy(plain=("basic_unit", "name", "municipality", "population", "latitude", "longitude"))

    class Meta:
        app_label = "registry"
        db_table = "basic_units"
