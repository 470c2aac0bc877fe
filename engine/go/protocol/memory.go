package protocol

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
)

const (
	// padding counts as memory in use, but is never touched, and so takes none of the machine's.
	padding = 64 << 20
	// oneStep is what WebAssembly's memory grows by in one step.
	oneStep = 96 << 20
)

var pad []byte

// Roomy is called before work that uses much memory for a short time. A collection costs as much as there is alive, and
// at Go's own pace (when the heap has doubled, from 4 MB on) there are many. With the padding the first ones come later, and
// those when there is much alive before the heap has doubled, which keeps a plan small; the limit that the host set is kept
// in any case. Inside WebAssembly each stops everything else (GODEBUG in src/worker.ts).
//
// Go's other way, a memory limit without a pace, was worse: the limit counts more than the heap, and to raise it in time
// needs a finalizer, which inside WebAssembly runs when everything else has paused.
func Roomy() {
	limit := int64(math.MaxInt64)
	if megabytes, err := strconv.ParseInt(os.Getenv("MEMORY_MB"), 10, 64); err == nil && megabytes > 0 {
		limit = megabytes << 20 / 10 * 9
	}
	debug.SetMemoryLimit(limit)
	debug.SetGCPercent(50)
	pad = make([]byte, min(padding, limit/8))
	if runtime.GOARCH == "wasm" {
		// It grows in one step here, instead of a little at a time, each of which V8 answers with a collection of its own.
		runtime.KeepAlive(make([]byte, min(oneStep, limit/3)))
		runtime.GC()
	}
}
