package main

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// dropped are files of vendored packages that nothing here calls, but that make others part of the program: Go's linker keeps
// the methods of whatever it can reach by reflection.
var dropped = []string{
	// What asks a machine what it is; data.go stands in for its result.
	"github.com/hashicorp/nomad/command/agent/host/host.go",
	"github.com/hashicorp/nomad/command/agent/host/network.go",
	"github.com/hashicorp/nomad/command/agent/host/unix.go",
	"github.com/hashicorp/nomad/command/agent/host/windows.go",
	// For tests.
	"github.com/hashicorp/nomad/nomad/state/testing.go",
	"github.com/hashicorp/nomad/nomad/structs/testing.go",
}

// reduced are vendored packages of which only some declarations stay.
var reduced = []target{
	// The rest needs go-plugin, gRPC and protobuf.
	{dir: "github.com/hashicorp/nomad/plugins/shared/structs", sources: []source{
		{file: "attribute.go"}, {file: "stats.go"}, {file: "units.go"}, {file: "util.go", want: names("Pow", "CopyMapStringAttribute")},
	}},
	{dir: "github.com/miekg/dns", sources: []source{
		{file: "defaults.go", want: names("IsDomainName", "IsFqdn", "Fqdn")},
		{file: "msg.go", want: names("isDigit", "isDDD")},
	}},
}

func drop(root string) {
	for _, name := range dropped {
		check(os.Remove(filepath.Join(root, "vendor", name)), name)
	}
	for _, t := range reduced {
		dir := filepath.Join(root, "vendor", t.dir)
		kept := map[string][]byte{}
		for _, s := range t.sources {
			kept[s.file] = extract(filepath.Join(dir, s.file), path.Base(t.dir), s.want)
		}
		entries, err := os.ReadDir(dir)
		check(err, dir)
		for _, entry := range entries {
			if strings.HasSuffix(entry.Name(), ".go") {
				check(os.Remove(filepath.Join(dir, entry.Name())), entry.Name())
			}
		}
		for name, text := range kept {
			check(os.WriteFile(filepath.Join(dir, name), text, 0o644), name)
		}
	}
}
