// Package protocol is the one interface of the engine: a method's name and parameters as JSON in, a result or an error
// as JSON out. The WebAssembly modules and the native executable both speak it.
package protocol

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sort"
	"strings"
)

// Error is an answer that is not a result. Kind is one of "request" (the caller's JSON is not what it should be),
// "input" (the job or cluster handed in is not acceptable) and "internal" (a fault of Nomad's code or ours).
type Error struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Stack   string `json:"stack,omitempty"`
	Data    any    `json:"data,omitempty"`
}

func (e *Error) Error() string { return e.Message }

// InputError makes an Error of kind "input".
func InputError(format string, args ...any) *Error {
	return &Error{Kind: "input", Message: fmt.Sprintf(format, args...)}
}

type request struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type response struct {
	Result any    `json:"result,omitempty"`
	Error  *Error `json:"error,omitempty"`
}

var methods = map[string]func(json.RawMessage) (any, error){}

// Register makes f answer a method.
func Register[P any](name string, f func(P) (any, error)) {
	methods[name] = func(raw json.RawMessage) (any, error) {
		var params P
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, &params); err != nil {
				return nil, &Error{Kind: "request", Message: fmt.Sprintf("parameters of %s: %v", name, err)}
			}
		}
		return f(params)
	}
}

// Answer handles one request, and gives the response in pieces. It never panics.
func Answer(text []byte) (out Text) {
	defer func() {
		if p := recover(); p != nil {
			out = encode(response{Error: &Error{Kind: "internal", Message: fmt.Sprint(p), Stack: string(debug.Stack())}})
		}
	}()
	var req request
	if err := json.Unmarshal(text, &req); err != nil {
		return encode(response{Error: &Error{Kind: "request", Message: "request: " + err.Error()}})
	}
	method := methods[req.Method]
	if method == nil {
		known := make([]string, 0, len(methods))
		for name := range methods {
			known = append(known, name)
		}
		sort.Strings(known)
		message := fmt.Sprintf("unknown method %q, known are: %s", req.Method, strings.Join(known, ", "))
		return encode(response{Error: &Error{Kind: "request", Message: message}})
	}
	result, err := method(req.Params)
	if err != nil {
		e, ok := err.(*Error)
		if !ok {
			e = &Error{Kind: "input", Message: err.Error()}
		}
		return encode(response{Error: e})
	}
	return encode(response{Result: result})
}

func encode(r response) Text {
	var out Text
	if err := out.response(r); err != nil {
		out = nil
		_ = out.Value(response{Error: &Error{Kind: "internal", Message: "result: " + err.Error()}})
	}
	return out
}

func (t *Text) response(r response) error {
	large, ok := r.Result.(Large)
	if !ok || r.Error != nil {
		return t.Value(r)
	}
	t.Raw(`{"result":`)
	if err := large.WriteJSON(t); err != nil {
		return err
	}
	t.Raw("}")
	return nil
}
