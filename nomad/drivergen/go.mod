module shoal/nomad/drivergen

go 1.26.0
