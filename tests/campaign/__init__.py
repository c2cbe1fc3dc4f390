"""Random histories, faults and kills in large numbers, with one set of oracles."""
