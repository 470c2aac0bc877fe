package protocol

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// piece is what a Text grows by.
const piece = 64 << 10

// Text is JSON in pieces: one that grows as a whole is there twice each time that it is moved, and what it was before stays
// until the next collection. A plan whose text has 7 MB took 21 MB more.
type Text [][]byte

// Large is a result that writes itself value by value, since encoding/json makes the whole text of whatever it is handed
// before it gives the first byte.
type Large interface {
	WriteJSON(out *Text) error
}

// Write adds to the last piece, or begins another.
func (t *Text) Write(text []byte) (int, error) {
	length := len(text)
	for len(text) > 0 {
		last := len(*t) - 1
		if last < 0 || len((*t)[last]) == cap((*t)[last]) {
			*t = append(*t, make([]byte, 0, piece))
			continue
		}
		room := min(cap((*t)[last])-len((*t)[last]), len(text))
		(*t)[last] = append((*t)[last], text[:room]...)
		text = text[room:]
	}
	return length, nil
}

// Raw adds what is JSON already.
func (t *Text) Raw(text string) { _, _ = t.Write([]byte(text)) }

// Value adds a value.
func (t *Text) Value(value any) error { return encoder(t).Encode(value) }

func encoder(to io.Writer) *json.Encoder {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	return enc
}

// Object adds a value that is an object with fields, and to it one that is a list.
func Object[T any](t *Text, value any, field string, list []T) error {
	var head bytes.Buffer
	if err := encoder(&head).Encode(value); err != nil {
		return err
	}
	t.Raw(strings.TrimSuffix(head.String(), "}\n") + `,"` + field + `":`)
	if err := List(t, list); err != nil {
		return err
	}
	t.Raw("}")
	return nil
}

// List adds a list, one value after another.
func List[T any](t *Text, list []T) error {
	t.Raw("[")
	for i := range list {
		if i > 0 {
			t.Raw(",")
		}
		if err := t.Value(&list[i]); err != nil {
			return err
		}
	}
	t.Raw("]")
	return nil
}

// Size is how many bytes it is.
func (t Text) Size() int {
	size := 0
	for _, part := range t {
		size += len(part)
	}
	return size
}
