module fluxblueprint.io/test/yaml-reader

go 1.26.0

tool fluxblueprint.io/test/yaml-reader

require sigs.k8s.io/yaml v1.6.0

require go.yaml.in/yaml/v2 v2.4.2 // indirect
