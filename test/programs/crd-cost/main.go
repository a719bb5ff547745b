// Counts what the CEL rules of a CRD cost: it reads {"crd": …, "object": …} as JSON, and writes what the rules spend on
// the object, in the API server's own units, and what they say about it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

type question struct {
	CRD    apiextensionsv1.CustomResourceDefinition `json:"crd"`
	Object map[string]any                           `json:"object"`
}

type answer struct {
	// Actual is what the rules spent on the object.
	Actual int64 `json:"actual"`
	// Problems are what the rules said about the object.
	Problems []string `json:"problems"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	var props apiextensions.JSONSchemaProps
	v1 := asked.CRD.Spec.Versions[0].Schema.OpenAPIV3Schema
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v1, &props, nil); err != nil {
		return err
	}
	structural, err := schema.NewStructural(&props)
	if err != nil {
		return err
	}
	validator := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	found, left := validator.Validate(context.Background(), nil, structural, asked.Object, nil, celconfig.RuntimeCELCostBudget)
	result := answer{Actual: celconfig.RuntimeCELCostBudget - left, Problems: []string{}}
	for _, problem := range found {
		result.Problems = append(result.Problems, problem.Error())
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
