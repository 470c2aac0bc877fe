// Command drivergen writes nomad/spec/generated/drivers.ts: what the `config` of each of Nomad's own task drivers may hold.
//
// It reads the drivers' schemas (the `taskConfigSpec` that a driver hands to Nomad's client) out of the source of
// Nomad's module, without compiling it: they are composed of a handful of functions, see read.go.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

const version = "v1.11.3"

// The drivers by their names in a job, with the folder of their source.
var folders = map[string]string{
	"docker": "docker", "exec": "exec", "raw_exec": "rawexec", "java": "java", "qemu": "qemu", "mock_driver": "mock",
}

func main() {
	root := moduleFolder("github.com/hashicorp/nomad@" + version)
	names := make([]string, 0, len(folders))
	for name := range folders {
		names = append(names, name)
	}
	sort.Strings(names)
	var out strings.Builder
	out.WriteString("// Generated from the drivers in Nomad " + version + " by nomad/drivergen (`go run . ../spec/generated`). Do not edit.\n")
	out.WriteString("import type { DriverSchema } from '../../driver-schema'\n\n")
	out.WriteString("/** What the `config` of each of Nomad's own drivers may hold, by the driver's name. */\n")
	out.WriteString("export const drivers: Readonly<Record<string, DriverSchema>> = {\n")
	for _, name := range names {
		fields := readDriver(filepath.Join(root, "drivers", folders[name]))
		fmt.Fprintf(&out, "  %s: {\n%s  },\n", name, render(fields, "    "))
		fmt.Printf("%s: %d keys\n", name, len(fields))
	}
	out.WriteString("}\n")
	must(os.WriteFile(filepath.Join(os.Args[1], "drivers.ts"), []byte(out.String()), 0o644))
}

// moduleFolder is where the go command keeps a module; it downloads it where it isn't there yet.
func moduleFolder(module string) string {
	answer, err := exec.Command("go", "mod", "download", "-json", module).Output()
	must(err)
	var found struct{ Dir string }
	must(json.Unmarshal(answer, &found))
	return found.Dir
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(fields []Field, indent string) string {
	var out strings.Builder
	for _, field := range fields {
		fmt.Fprintf(&out, "%s%s: { form: '%s'", indent, field.Name, field.Form)
		if field.Type != "" {
			fmt.Fprintf(&out, ", type: '%s'", field.Type)
		}
		if field.Required {
			out.WriteString(", required: true")
		}
		if field.Default != "" {
			fmt.Fprintf(&out, ", default: '%s'", field.Default)
		}
		if len(field.Fields) > 0 {
			fmt.Fprintf(&out, ", fields: {\n%s%s}", render(field.Fields, indent+"  "), indent)
		}
		out.WriteString(" },\n")
	}
	return out.String()
}
