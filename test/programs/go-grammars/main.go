// Command go-grammars says of each text on its input whether Go, and the libraries that Flux's controllers use, take
// it. A line of input is JSON: [grammar, text]. A line of output is the empty text where the text is taken, and
// otherwise one line of what is wrong. It is what test/core/grammar compares the grammars of src/core/grammar with.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	fluxcel "github.com/fluxcd/pkg/runtime/cel"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/go-containerregistry/pkg/name"
	gcrv1 "github.com/google/go-containerregistry/pkg/v1"
)

func condition(variables ...string) func(string) error {
	return func(text string) error {
		_, err := fluxcel.NewExpression(text, fluxcel.WithCompile(), fluxcel.WithOutputType(celtypes.BoolType),
			fluxcel.WithStructVariables(variables...))
		return err
	}
}

var chartName = regexp.MustCompile(`^([-a-z0-9]+/?\.?)+$`)

var grammars = map[string]func(string) error{
	"cel":        func(text string) error { _, err := fluxcel.NewExpression(text); return err },
	"dependency": condition("self", "dep"),
	"filter":     condition("res", "req"),
	"duration":   func(text string) error { _, err := time.ParseDuration(text); return err },
	"range":      func(text string) error { _, err := semver.NewConstraint(text); return err },
	"regexp":     func(text string) error { _, err := regexp.Compile(text); return err },
	"url":        func(text string) error { _, err := url.Parse(text); return err },
	"digest":     func(text string) error { _, err := gcrv1.NewHash(text); return err },
	"oci": func(text string) error {
		bare := strings.TrimPrefix(text, "oci://")
		repository, err := name.NewRepository(bare)
		if err == nil && strings.Contains(strings.TrimPrefix(bare, repository.RegistryStr()), ":") {
			err = fmt.Errorf("holds a tag")
		}
		return err
	},
	"chart": func(text string) error {
		if chartName.MatchString(text) {
			return nil
		}
		return fmt.Errorf("no name of a chart")
	},
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 16*1024*1024)
	for input.Scan() {
		var question [2]string
		if err := json.Unmarshal(input.Bytes(), &question); err != nil {
			panic(err)
		}
		answer := ""
		if err := grammars[question[0]](question[1]); err != nil {
			answer = strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(answer)
	}
}
