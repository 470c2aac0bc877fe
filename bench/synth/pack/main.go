// Command pack renders plain text templates of jobs as nomad-pack's renderer does, and prints what it took as one line
// of JSON, as measure.ts does.
//
// It is not nomad-pack, which can't be had as a Go module whose checksum is known. It does what that does with the
// templates of a pack: their files are read, all are parsed into one set with [[ ]] as delimiters, each is executed with
// the pack's variables, and the result is formatted as HCL unless --no-format is given. What else nomad-pack does (it
// parses variables, has two hundred functions for templates, looks for dependencies) is left out, in its favour.
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

type measured struct {
	CPU       float64 `json:"cpu"`
	Time      float64 `json:"time"`
	Main      float64 `json:"main"`
	Process   float64 `json:"process"`
	Megabytes int64   `json:"megabytes"`
	Result    string  `json:"result"`
}

func main() {
	folder := os.Args[1]
	var variables map[string]any
	must(json.Unmarshal(read(filepath.Join(folder, "variables.json")), &variables))
	format := len(os.Args) < 3 || os.Args[2] != "--no-format"

	// so that the time of the thread is the time of the work
	runtime.LockOSThread()
	before, all, thread := time.Now(), used(syscall.RUSAGE_SELF), used(rusageThread)
	rendered := render(load(filepath.Join(folder, "templates")), variables, format)
	m := measured{
		Time: milliseconds(time.Since(before)),
		CPU:  used(syscall.RUSAGE_SELF) - all,
		Main: used(rusageThread) - thread,
	}
	m.Process = used(syscall.RUSAGE_SELF)
	m.Megabytes = usage(syscall.RUSAGE_SELF).Maxrss / 1024
	bytes := 0
	for _, text := range rendered {
		bytes += len(text)
	}
	m.Result = fmt.Sprintf("%d bytes", bytes)
	must(json.NewEncoder(os.Stdout).Encode(m))
}

func load(folder string) map[string]string {
	templates := make(map[string]string)
	must(filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			templates[path] = string(read(path))
		}
		return err
	}))
	return templates
}

func render(templates map[string]string, variables map[string]any, format bool) map[string]string {
	functions := template.FuncMap{"var": func(name string, variables map[string]any) (any, error) {
		value, ok := variables[name]
		if !ok {
			return nil, fmt.Errorf("no variable %q", name)
		}
		return value, nil
	}}
	set := template.New("tpl").Funcs(functions).Delims("[[", "]]").Option("missingkey=error")
	for name, text := range templates {
		_, err := set.New(name).Parse(text)
		must(err)
	}
	rendered := make(map[string]string)
	for name := range templates {
		var out strings.Builder
		must(set.ExecuteTemplate(&out, name, variables))
		text := strings.ReplaceAll(out.String(), "<no value>", "")
		if format {
			text = string(hclwrite.Format([]byte(text)))
		}
		rendered[name] = text
	}
	return rendered
}

// rusageThread is Linux's RUSAGE_THREAD, which syscall doesn't name.
const rusageThread = 1

func usage(who int) syscall.Rusage {
	var u syscall.Rusage
	must(syscall.Getrusage(who, &u))
	return u
}

// used is processor time in milliseconds.
func used(who int) float64 {
	u := usage(who)
	return milliseconds(time.Duration(u.Utime.Nano() + u.Stime.Nano()))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func read(path string) []byte {
	text, err := os.ReadFile(path)
	must(err)
	return text
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
