"""Measures Slotkeeper: `make bench`. Figures are for comparing within one run on one machine."""
