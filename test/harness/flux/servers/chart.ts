import { stringify } from 'yaml';
import { type Files, pack } from '../../files.ts';

/** A Helm chart of ours. */
export interface Chart {
  name: string;
  version: string;
  /** Default values. Default: `message: hello`. */
  values?: object;
  /** Templates by their file name. Default: a ConfigMap named after the release, with the value `message`. */
  templates?: Files;
}

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  message: {{ .Values.message | quote }}
  version: {{ .Chart.Version | quote }}
`;

/** What a Chart.yaml says, as far as anything here reads it. */
export interface ChartDescription extends Pick<Chart, 'name' | 'version'> {
  [field: string]: string;
}

/** The content of a chart's Chart.yaml. */
export function describeChart({ name, version }: Chart): ChartDescription {
  return { apiVersion: 'v2', name, version, type: 'application' };
}

/** Packs a chart as `helm package` does. */
export function packChart(chart: Chart): Promise<Buffer> {
  const { name, values = { message: 'hello' }, templates = { 'configmap.yaml': configMap } } = chart;
  return pack({
    [`${name}/Chart.yaml`]: stringify(describeChart(chart)),
    [`${name}/values.yaml`]: stringify(values),
    ...Object.fromEntries(
      Object.entries(templates).map(([file, text]) => [`${name}/templates/${file}`, text]),
    ),
  });
}
