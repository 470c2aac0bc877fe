package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
)

// versions of Nomad whose fields are told apart, oldest first. What the oldest has carries no version.
var versions = []string{"1.8", "1.9", "1.10", "1.11"}

// next is the version that has what only the newest api module has. That module can only be had newer than the
// server that is run.
const next = "2.0"

// addSince says for each field since which version Nomad has it: this very program is run with the api module of each
// version (versions/*.mod), and says which fields that has.
func addSince() {
	known := make([]map[string]bool, len(versions))
	for i, version := range versions {
		known[i] = fieldsOf(version)
	}
	for _, name := range order {
		s := structs[name]
		for i := range s.Fields {
			field := &s.Fields[i]
			if field.Extra {
				continue
			}
			field.Since = since(known, name+"."+field.HCL)
		}
	}
	// What the parser accepts by hand is as old as the block that it stands for.
	for _, name := range []string{"Job", "TaskGroup"} {
		for i := range structs[name].Fields {
			field := &structs[name].Fields[i]
			if field.Extra {
				field.Since = since(known, "Task."+field.HCL)
			}
		}
	}
}

func since(known []map[string]bool, field string) string {
	for i, fields := range known {
		if !fields[field] {
			continue
		}
		if i == 0 {
			return ""
		}
		return versions[i]
	}
	return next
}

func fieldsOf(version string) map[string]bool {
	cmd := exec.Command("go", "run", "-mod=mod", "-modfile=versions/"+version+".mod", ".", "fields")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	must(err)
	fields := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields[lines.Text()] = true
	}
	return fields
}

// printFields writes `Task.driver` for each field of each struct that a job holds.
func printFields(job reflect.Type) {
	walk(job)
	for _, name := range order {
		for _, field := range structs[name].Fields {
			fmt.Printf("%s.%s\n", name, strings.TrimSpace(field.HCL))
		}
	}
}
