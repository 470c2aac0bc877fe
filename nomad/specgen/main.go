// Command specgen writes nomad/spec/generated from Nomad's own structs: one schema of the jobspec (blocks,
// attributes, HCL names, JSON names, types, label or map form) and the TypeScript types of the spec.
//
// It reads the `hcl` tags of the api module, which are what jobspec2 decodes by, and adds the few things that
// jobspec2 does by hand (see extras.go).
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"
)

// Field is one attribute or block of a struct.
type Field struct {
	HCL      string
	JSON     string
	Type     string // of an attribute, or of the values of a map block
	Ref      string // struct of a block
	Form     string // attribute, block, list, labelled, map, free, lists
	Pointer  bool
	Required bool
	Since    string // first version of Nomad that knows it, where that is after 1.8
	Extra    bool   // jobspec2 accepts it here, the struct has no such field
	AnyKey   bool   // of a map: jobspec2 accepts an attribute as well, whose keys are any text
}

// Struct is one kind of block.
type Struct struct {
	Name   string
	Label  string // spec key that is written as the block's label
	Fields []Field
}

var structs = map[string]*Struct{}
var order []string

func main() {
	out := os.Args[1]
	if out == "fields" {
		printFields(reflect.TypeOf(api.Job{}))
		return
	}
	walk(reflect.TypeOf(api.Job{}))
	addExtras()
	addSince()
	must(os.WriteFile(filepath.Join(out, "schema.ts"), []byte(schemaText()), 0o644))
	must(os.WriteFile(filepath.Join(out, "types.ts"), []byte(typesText()), 0o644))
	fmt.Printf("%d structs\n", len(order))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func walk(t reflect.Type) string {
	if _, seen := structs[t.Name()]; seen {
		return t.Name()
	}
	s := &Struct{Name: t.Name()}
	structs[t.Name()] = s
	order = append(order, t.Name())
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("hcl")
		if !ok || tag == "-" || tag == "" {
			continue
		}
		name, kind, found := strings.Cut(tag, ",")
		if !found {
			kind = "attribute"
		}
		json, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if json == "" {
			json = f.Name
		}
		if kind == "label" {
			if name == "" {
				name = snake(f.Name)
			}
			s.Label = name
			s.Fields = append(s.Fields, Field{HCL: name, JSON: json, Type: "string", Form: "label", Required: true})
			continue
		}
		field := Field{HCL: name, JSON: json, Required: kind == "attribute", Pointer: f.Type.Kind() == reflect.Pointer}
		if kind == "block" {
			block(&field, f.Type)
		} else {
			field.Form = "attribute"
			field.Type = scalar(f.Type)
		}
		s.Fields = append(s.Fields, field)
	}
	return t.Name()
}

func block(field *Field, t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer:
		field.Form, field.Ref = "block", walk(t.Elem())
	case reflect.Struct:
		field.Form, field.Ref = "block", walk(t)
	case reflect.Slice:
		e := t.Elem()
		if e.Kind() == reflect.Pointer {
			e = e.Elem()
		}
		field.Form, field.Ref = "list", walk(e)
	case reflect.Map:
		e := t.Elem()
		switch {
		case e.Kind() == reflect.Interface:
			field.Form, field.Type = "free", "any"
		case e.Kind() == reflect.Pointer:
			field.Form, field.Ref = "labelled", walk(e.Elem())
		case e.Kind() == reflect.Slice:
			field.Form, field.Type = "map", "list(string)"
		default:
			field.Form, field.Type = "map", scalar(e)
		}
	default:
		must(fmt.Errorf("block of kind %s", t))
	}
}

func scalar(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeOf(time.Duration(0)) {
		return "duration"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "int"
	case reflect.Slice:
		return "list(" + scalar(t.Elem()) + ")"
	case reflect.Map:
		return "map(" + scalar(t.Elem()) + ")"
	case reflect.Interface:
		return "any"
	}
	must(fmt.Errorf("attribute of kind %s", t))
	return ""
}

func snake(s string) string { return strings.ToLower(s) }
