package protocol

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
)

// roomy is what a plan may use before its memory is collected for the first time.
const roomy = 96 << 20

type sentinel struct{ self *sentinel }

// Roomy is called before work that uses much memory for a short time. A collection costs as much as there is alive, and
// at Go's own pace (collect when the heap has doubled, from 4 MB on) takes a third of a plan's time. From here on the
// first collection is at 96 MB, and the next when the heap has doubled, in time before the limit that the host set.
func Roomy() {
	limit := int64(math.MaxInt64)
	if megabytes, err := strconv.ParseInt(os.Getenv("MEMORY_MB"), 10, 64); err == nil && megabytes > 0 {
		limit = megabytes << 20 / 10 * 9
	}
	first := min(roomy, limit)
	if runtime.GOARCH == "wasm" {
		// WebAssembly's memory grows in one step here, instead of 4 MB at a time, each of which V8 answers with a
		// collection of its own. What isn't touched costs nothing.
		runtime.KeepAlive(make([]byte, first/4*3-16<<20))
		runtime.GC()
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(first)
	pace(first, limit)
}

// pace sets when the next collection is, after each.
func pace(first, limit int64) {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		debug.SetMemoryLimit(min(max(first, int64(2*live[0].Value.Uint64())), limit))
		pace(first, limit)
	})
}
