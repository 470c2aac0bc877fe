package protocol

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
)

const (
	// least is the least that may be made between two collections: what little is alive in the beginning is collected fast, but
	// not so fast that it should be done every few megabytes.
	least = 32 << 20
	// leastAtLimit is what is left of that at the limit. A collection at every megabyte would take hours to get to the limit.
	leastAtLimit = 8 << 20
	// oneStep is what WebAssembly's memory grows by in one step.
	oneStep = 64 << 20
)

// mark is what a collection finds dead.
type mark struct{ *pacer }

// pacer says when the next collection comes, each time that one has ended.
type pacer struct {
	limit uint64
	live  []metrics.Sample
}

// Roomy is called before work that uses much memory for a short time. A collection costs as much as there is alive, and
// at Go's own pace (when the heap has doubled, from 4 MB on) there are too many in the beginning, and too much garbage in the end.
// So the next one comes when half as much again is there, and at the least 32 MB, or what is left below the host's limit.
//
// Natively Go collects beside the work, and its own pace with its own limit is good enough.
func Roomy() {
	limit := int64(math.MaxInt64)
	if megabytes, err := strconv.ParseInt(os.Getenv("MEMORY_MB"), 10, 64); err == nil && megabytes > 0 {
		limit = megabytes << 20 / 10 * 9
	}
	if runtime.GOARCH != "wasm" {
		debug.SetMemoryLimit(limit)
		return
	}
	// It grows in one step here, instead of a little at a time, each of which V8 answers with a collection of its own.
	runtime.KeepAlive(make([]byte, min(oneStep, limit/3)))
	p := &pacer{limit: uint64(limit), live: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}}
	p.watch()
	runtime.GC()
}

// watch calls next after the next collection. A finalizer is run as soon as a collection is through, because that
// sweeps before it lets the program go on (GODEBUG in src/worker.ts).
func (p *pacer) watch() {
	runtime.SetFinalizer(&mark{p}, func(*mark) { p.next() })
}

func (p *pacer) next() {
	metrics.Read(p.live)
	// Of less than 4 MB Go takes 4.
	live := max(p.live[0].Value.Uint64(), 4<<20)
	more := max(live/2, least)
	if live+more > p.limit {
		// With nothing left it goes on up to the end of the memory, which the host tells of.
		more = max(p.limit-min(live, p.limit), leastAtLimit)
	}
	debug.SetGCPercent(int(more*100/live) + 1)
	p.watch()
}
