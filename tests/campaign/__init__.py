"""The campaign: many random histories, faults and kills, and one set of oracles."""
