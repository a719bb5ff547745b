{{/* Labels of every object. */}}
{{- define "fluxblueprint.labels" -}}
app.kubernetes.io/name: fluxblueprint
app.kubernetes.io/part-of: fluxblueprint
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{/* What selects the pods, which can never change. */}}
{{- define "fluxblueprint.selector" -}}
app.kubernetes.io/name: fluxblueprint
app.kubernetes.io/component: controller
{{- end }}

{{- define "fluxblueprint.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* Subjects of RBAC, with the group that users and groups have. */}}
{{- define "fluxblueprint.subjects" -}}
subjects:
{{- range . }}
  - kind: {{ .kind }}
    name: {{ .name | quote }}
    {{- if eq .kind "ServiceAccount" }}
    namespace: {{ .namespace }}
    {{- else }}
    apiGroup: rbac.authorization.k8s.io
    {{- end }}
{{- end }}
{{- end }}

{{/* A file that is generated from config/, in the namespace of the release. */}}
{{- define "fluxblueprint.file" -}}
{{ .root.Files.Get (printf "files/%s.yaml" .name) | replace "fluxblueprint-system" .root.Release.Namespace }}
{{- end }}
