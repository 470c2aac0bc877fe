package main

import (
	"fmt"
	"strings"
)

const header = "// Generated from Nomad's structs by nomad/specgen (`npm run generate -w nomad`). Do not edit.\n"

func schemaText() string {
	var b strings.Builder
	b.WriteString(header + "import type { StructSchema } from '../schema'\n\n")
	b.WriteString("/** Every block of a jobspec, by the name of Nomad's struct. */\nexport const structs: Readonly<Record<string, StructSchema>> = {\n")
	for _, name := range order {
		s := structs[name]
		fmt.Fprintf(&b, "  %s: {\n    name: '%s',\n", name, name)
		if s.Label != "" {
			fmt.Fprintf(&b, "    label: '%s',\n", s.Label)
		}
		b.WriteString("    fields: [\n")
		for _, f := range s.Fields {
			fmt.Fprintf(&b, "      { hcl: '%s', json: '%s', form: '%s'", f.HCL, f.JSON, f.Form)
			if f.Type != "" {
				fmt.Fprintf(&b, ", type: '%s'", f.Type)
			}
			if f.Ref != "" {
				fmt.Fprintf(&b, ", ref: '%s'", f.Ref)
			}
			if f.Required {
				b.WriteString(", required: true")
			}
			if f.Since != "" {
				fmt.Fprintf(&b, ", since: '%s'", f.Since)
			}
			if f.Extra {
				b.WriteString(", extra: true")
			}
			if f.AnyKey {
				b.WriteString(", anyKey: true")
			}
			b.WriteString(" },\n")
		}
		b.WriteString("    ],\n  },\n")
	}
	b.WriteString("}\n")
	return b.String()
}

func typesText() string {
	var b strings.Builder
	b.WriteString(header + "import type { DurationValue, FreeValue } from '../values'\n")
	for _, name := range order {
		s := structs[name]
		fmt.Fprintf(&b, "\n/** Nomad's `%s`, by its HCL names. */\nexport interface %sSpec {\n", name, name)
		for _, f := range s.Fields {
			optional := "?"
			if f.Required {
				optional = ""
			}
			fmt.Fprintf(&b, "  %s%s: %s\n", f.HCL, optional, typeOf(f))
		}
		b.WriteString("}\n")
	}
	return b.String()
}

func typeOf(f Field) string {
	switch f.Form {
	case "block":
		return f.Ref + "Spec"
	case "list", "labelled", "scaling":
		return f.Ref + "Spec[]"
	case "free":
		return "Record<string, FreeValue>"
	case "map":
		return "Record<string, " + tsScalar(f.Type) + ">"
	}
	return tsScalar(f.Type)
}

func tsScalar(t string) string {
	switch t {
	case "string":
		return "string"
	case "bool":
		return "boolean"
	case "int":
		return "number"
	case "duration":
		return "DurationValue"
	case "any":
		return "FreeValue"
	}
	if inner, ok := strings.CutPrefix(t, "list("); ok {
		return tsScalar(strings.TrimSuffix(inner, ")")) + "[]"
	}
	inner := strings.TrimPrefix(t, "map(")
	return "Record<string, " + tsScalar(strings.TrimSuffix(inner, ")")) + ">"
}
