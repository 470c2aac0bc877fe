package taskenv

import "maps"

// DriverNetwork stands in for the type of the same name in Nomad's plugins/drivers, for which taskenv would draw in
// the client's whole plug-in machinery. Admission never has one.
type DriverNetwork struct {
	PortMap       map[string]int
	IP            string
	AutoAdvertise bool
}

// Copy gives a copy, nil of nil.
func (d *DriverNetwork) Copy() *DriverNetwork {
	if d == nil {
		return nil
	}
	return &DriverNetwork{PortMap: maps.Clone(d.PortMap), IP: d.IP, AutoAdvertise: d.AutoAdvertise}
}
