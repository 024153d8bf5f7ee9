"""Networks, one file each, with the scaling inside."""
