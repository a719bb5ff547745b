// Reads YAML and JSON texts as kubectl does: one JSON string a line comes in, and a line of JSON goes out for each,
// with the documents of its stream, the error that ended it, and the error of a strict reader, which refuses a key
// twice.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	stream "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type answer struct {
	Documents []json.RawMessage `json:"documents"`
	Error     string            `json:"error,omitempty"`
	Strict    string            `json:"strict,omitempty"`
}

// document keeps the JSON that a document becomes, as runtime.RawExtension does.
type document struct {
	raw json.RawMessage
}

func (d *document) UnmarshalJSON(raw []byte) error {
	d.raw = bytes.Clone(raw)
	return nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	answers := json.NewEncoder(out)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		if err := answers.Encode(read(text)); err != nil {
			panic(err)
		}
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}

func read(text string) answer {
	result := answer{Documents: []json.RawMessage{}, Strict: readStrictly(text)}
	decoder := stream.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(text)), 4096)
	for {
		var found document
		err := decoder.Decode(&found)
		if errors.Is(err, io.EOF) {
			return result
		}
		if err != nil {
			result.Error = err.Error()
			return result
		}
		if found.raw == nil {
			found.raw = json.RawMessage("null")
		}
		result.Documents = append(result.Documents, found.raw)
	}
}

// readStrictly answers what a strict reader refuses in the documents of a YAML stream.
func readStrictly(text string) string {
	if stream.IsJSONBuffer([]byte(text)) {
		return ""
	}
	documents := stream.NewYAMLReader(bufio.NewReader(bytes.NewReader([]byte(text))))
	for {
		one, err := documents.Read()
		if err != nil {
			return ""
		}
		if _, err := yaml.YAMLToJSONStrict(one); err != nil {
			return err.Error()
		}
	}
}
