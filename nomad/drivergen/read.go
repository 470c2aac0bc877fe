package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// Field is one key of a driver's config.
type Field struct {
	Name     string
	Form     string // attribute, block, blocks (repeated), attributes (a block of any keys)
	Type     string // of an attribute, or of an `attributes` block's values
	Required bool
	Default  string
	Fields   []Field // of a block
}

// source holds the package-level variables of a driver, by their names.
type source map[string]ast.Expr

func readDriver(folder string) []Field {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	must(err)
	vars := source{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(err)
		for _, declaration := range parsed.Decls {
			if general, ok := declaration.(*ast.GenDecl); ok && general.Tok == token.VAR {
				vars.add(general)
			}
		}
	}
	spec, ok := vars["taskConfigSpec"]
	if !ok {
		must(fmt.Errorf("%s has no taskConfigSpec", folder))
	}
	return vars.object(spec)
}

func (s source) add(declaration *ast.GenDecl) {
	for _, spec := range declaration.Specs {
		value := spec.(*ast.ValueSpec)
		for i, name := range value.Names {
			if i < len(value.Values) {
				s[name.Name] = value.Values[i]
			}
		}
	}
}

// object reads hclspec.NewObject(map[string]*hclspec.Spec{...}), or a variable that holds one.
func (s source) object(expr ast.Expr) []Field {
	if name, ok := expr.(*ast.Ident); ok {
		return s.object(s[name.Name])
	}
	function, args := call(expr)
	if function != "NewObject" {
		must(fmt.Errorf("expected NewObject, got %s", function))
	}
	var fields []Field
	for _, element := range args[0].(*ast.CompositeLit).Elts {
		pair := element.(*ast.KeyValueExpr)
		field := s.field(pair.Value)
		field.Name = text(pair.Key)
		fields = append(fields, field)
	}
	sort.Slice(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
	return fields
}

func (s source) field(expr ast.Expr) Field {
	if name, ok := expr.(*ast.Ident); ok {
		return s.field(s[name.Name])
	}
	function, args := call(expr)
	switch function {
	case "NewAttr":
		return Field{Form: "attribute", Type: text(args[1]), Required: isTrue(args[2])}
	case "NewBlock":
		return Field{Form: "block", Required: isTrue(args[1]), Fields: s.object(args[2])}
	case "NewBlockList", "NewBlockSet":
		return Field{Form: "blocks", Fields: s.object(args[1])}
	case "NewBlockAttrs":
		return Field{Form: "attributes", Type: text(args[1]), Required: isTrue(args[2])}
	case "NewDefault":
		field := s.field(args[0])
		_, literal := call(args[1])
		field.Default = text(literal[0])
		return field
	}
	must(fmt.Errorf("no reading of hclspec.%s", function))
	return Field{}
}

func call(expr ast.Expr) (string, []ast.Expr) {
	c, ok := expr.(*ast.CallExpr)
	if !ok {
		must(fmt.Errorf("expected a call, got %T", expr))
	}
	return c.Fun.(*ast.SelectorExpr).Sel.Name, c.Args
}

func text(expr ast.Expr) string {
	value, err := strconv.Unquote(expr.(*ast.BasicLit).Value)
	must(err)
	return value
}

func isTrue(expr ast.Expr) bool { return expr.(*ast.Ident).Name == "true" }
