// Command extract takes from Nomad's module what the engine needs but can't import, because it sits in packages that
// don't compile to WebAssembly (the server, the agent): whole files, or chosen declarations of a file, byte for byte,
// under another package name. It also applies the stand-ins and edits to the vendored packages.
//
// It fails when something that it should take or edit is not there: a new Nomad version is then looked at by a person.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// source is one file of Nomad's module; want nil means the whole file.
type source struct {
	file string
	want *regexp.Regexp
}

type target struct {
	dir     string
	sources []source
}

func names(list ...string) *regexp.Regexp {
	return regexp.MustCompile("^(" + strings.Join(list, "|") + ")$")
}

var targets = []target{
	{dir: "server", sources: []source{
		{file: "nomad/job_endpoint_hooks.go"},
		{file: "nomad/job_endpoint_hook_connect.go"},
		{file: "nomad/job_endpoint_hook_consul.go"},
		{file: "nomad/job_endpoint_hook_consul_ce.go"},
		{file: "nomad/job_endpoint_hook_expose_check.go"},
		{file: "nomad/job_endpoint_hook_implicit_identities.go"},
		{file: "nomad/job_endpoint_hook_node_pool.go"},
		{file: "nomad/job_endpoint_hook_node_pool_ce.go"},
		{file: "nomad/job_endpoint_hook_numa.go"},
		{file: "nomad/job_endpoint_hook_numa_ce.go"},
		{file: "nomad/job_endpoint_hook_sched.go"},
		{file: "nomad/job_endpoint_hook_sched_ce.go"},
		{file: "nomad/job_endpoint_hook_vault.go"},
		{file: "nomad/job_endpoint_hook_vault_ce.go"},
		{file: "nomad/job_endpoint_validators.go"},
		{file: "nomad/job_endpoint.go", want: names("NewJobEndpoints", "validateJobUpdate", "propagateScalingPolicyIDs",
			"getSignalConstraint", "ErrMultipleNamespaces")},
		{file: "nomad/leader.go", want: names("minVersionMultiIdentities")},
		{file: "nomad/config.go", want: names("Config.ConsulServiceIdentity", "Config.ConsulTaskIdentity",
			"Config.VaultIdentityConfig", "workloadIdentityFromConfig")},
		{file: "nomad/plan_apply.go", want: names("evaluatePlan", "evaluatePlanPlacements", "correctDeploymentCanaries",
			"evaluateNodePlan", "isValidForDisconnectedNode", "isValidForDownNode", "normalizePreemptedAlloc",
			"normalizeStoppedAlloc", "updateAllocTimestamps", "appendNamespacedJobID")},
		{file: "nomad/plan_apply_ce.go"},
		{file: "nomad/plan_apply_pool.go"},
		{file: "nomad/util.go", want: names("maxUint64")},
	}},
	{dir: "agent", sources: []source{
		{file: "command/agent/job_endpoint.go", want: regexp.MustCompile("^(Api|api|dereference).*$")},
		{file: "command/agent/scaling_endpoint.go", want: names("ApiScalingPolicyToStructs")},
	}},
}

func main() {
	nomad := flag.String("nomad", "", "folder of Nomad's module")
	root := flag.String("root", ".", "folder of the engine's Go build")
	vendored := flag.Bool("vendored", false, "apply stand-ins and edits to vendor/ instead of extracting")
	flag.Parse()
	if *vendored {
		standIns(*root)
		return
	}
	for _, t := range targets {
		check(os.MkdirAll(filepath.Join(*root, t.dir), 0o755), t.dir)
		for _, s := range t.sources {
			out := filepath.Join(*root, t.dir, "nomad_"+path.Base(s.file))
			check(os.WriteFile(out, extract(filepath.Join(*nomad, s.file), t.dir, s.want), 0o644), out)
		}
	}
}

func extract(file, pkg string, want *regexp.Regexp) []byte {
	text, err := os.ReadFile(file)
	check(err, file)
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, text, parser.ParseComments)
	check(err, file)
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	if want == nil {
		at := offset(tree.Name.Pos())
		return append(append(append([]byte{}, text[:at]...), pkg...), text[at+len(tree.Name.Name):]...)
	}

	var body bytes.Buffer
	used := map[string]bool{}
	left := map[string]bool{}
	for _, n := range strings.Split(strings.Trim(want.String(), "^()$"), "|") {
		left[n] = true
	}
	take := func(n ast.Node, from, to token.Pos, name string) {
		delete(left, name)
		body.WriteString("\n")
		body.Write(text[offset(from):offset(to)])
		body.WriteString("\n")
		ast.Inspect(n, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					used[id.Name] = true
				}
			}
			return true
		})
	}
	for _, decl := range tree.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			name := receiver(d) + d.Name.Name
			if want.MatchString(name) {
				from := d.Pos()
				if d.Doc != nil {
					from = d.Doc.Pos()
				}
				take(d, from, d.End(), name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && want.MatchString(v.Names[0].Name) {
					body.WriteString("\n" + d.Tok.String() + " ")
					take(v, v.Pos(), v.End(), v.Names[0].Name)
				}
			}
		}
	}
	if len(left) > 0 && !strings.Contains(want.String(), ".*") {
		fail("%s no longer has %v", file, sorted(left))
	}

	var head bytes.Buffer
	fmt.Fprintf(&head, "// Copyright IBM Corp. 2015, 2025\n// SPDX-License-Identifier: BUSL-1.1\n\n// Taken from Nomad's %s.\n\npackage %s\n\nimport (\n", path.Base(file), pkg)
	for _, i := range tree.Imports {
		full, _ := strconv.Unquote(i.Path.Value)
		name := path.Base(full)
		if m := regexp.MustCompile(`^(.*)/v\d+$`).FindStringSubmatch(full); m != nil {
			name = path.Base(m[1])
		}
		name = strings.TrimPrefix(name, "go-")
		if i.Name != nil {
			name = i.Name.Name
		}
		if used[name] {
			fmt.Fprintf(&head, "%s %s\n", name, i.Path.Value)
		}
	}
	head.WriteString(")\n")
	out, err := format.Source(append(head.Bytes(), body.Bytes()...))
	check(err, file)
	return out
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "."
	}
	return "?."
}

func standIns(root string) {
	drop(root)
	from := filepath.Join(root, "_standins")
	check(filepath.Walk(from, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, _ := filepath.Rel(from, file)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(root, "vendor", name), text, 0o644)
	}), from)
	for _, e := range edits {
		file := filepath.Join(root, "vendor", e.file)
		text, err := os.ReadFile(file)
		check(err, file)
		if found := strings.Count(string(text), e.old); found != e.times {
			fail("%s holds %d times instead of %d: %s", file, found, e.times, e.old)
		}
		check(os.WriteFile(file, []byte(strings.ReplaceAll(string(text), e.old, e.new)), 0o644), file)
	}
}

func sorted(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func check(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "extract: "+format+"\n", args...)
	os.Exit(1)
}
