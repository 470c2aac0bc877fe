//go:build wasip1

package host

// Stand-in for unix.go: inside WebAssembly there is no host to describe (only `nomad operator debug` asks).

func uname() string          { return "wasip1" }
func etcHosts() string       { return "" }
func resolvConf() string     { return "" }
func mountedPaths() []string { return nil }

type df struct{}

func makeDf(string) (*df, error) { return &df{}, nil }
func (d *df) total() uint64      { return 0 }
func (d *df) available() uint64  { return 0 }
