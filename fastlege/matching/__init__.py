"""Algorithms that give out places. They know ids, capacities and priorities, and no models."""
