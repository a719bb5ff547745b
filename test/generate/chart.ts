import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubeObject } from '../../src/api/object.ts';

/** A kustomization, as far as config/ uses it in what the chart takes over. */
interface Kustomization {
  resources: string[];
  labels?: { pairs: Record<string, string> }[];
}

/** The binding that config/lockdown leaves out; the chart does under `lockdown`. */
const OWN_RIGHTS = { kind: 'ClusterRoleBinding', name: 'fluxblueprint-controller-generate' };

/** Writes YAML that a template prints as it is. */
function print(objects: readonly object[]): string {
  const notice = '# Generated from config/ by `make generate`; do not edit.\n';
  const texts = objects.map((object) =>
    stringify(object, { lineWidth: 0, singleQuote: true, indentSeq: false, aliasDuplicateObjects: false }),
  );
  return notice + texts.join('---\n');
}

function readObjects(text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

/** Reads config/ and writes what of it the chart takes over unchanged. */
export class ChartFiles {
  readonly #config: string;
  /** The labels of config/default. */
  readonly #labels: Record<string, string>;

  private constructor(config: string, labels: Record<string, string>) {
    this.#config = config;
    this.#labels = labels;
  }

  /** Builds the files of the chart by their name in `files/`, from the project's folder and the texts of its CRDs. */
  static async build(root: string, crds: readonly string[]): Promise<Record<string, string>> {
    const config = join(root, 'config');
    const { labels = [] } = await readKustomization(join(config, 'default'));
    return new ChartFiles(config, labels[0]?.pairs ?? {}).#build(crds);
  }

  async #build(crds: readonly string[]): Promise<Record<string, string>> {
    const [rbac, metrics] = await Promise.all([this.#readAll('rbac'), this.#readAll('metrics')]);
    const isOwnRights = ({ kind, metadata: { name } }: KubeObject): boolean =>
      kind === OWN_RIGHTS.kind && name === OWN_RIGHTS.name;
    const isNetwork = ({ kind }: KubeObject): boolean => kind === 'NetworkPolicy';
    const files = {
      crds: crds.flatMap(readObjects).map((crd) => keep(label(crd, this.#labels))),
      rbac: rbac.filter((object) => !isOwnRights(object)),
      'own-rights': rbac.filter(isOwnRights),
      admission: await this.#readAll('admission'),
      policy: await this.#readAll('policy'),
      'four-eyes': await this.#readAll('four-eyes'),
      'network-policy': await this.#read('manager', 'network-policy.yaml'),
      'pod-disruption-budget': await this.#read('manager', 'pod-disruption-budget.yaml'),
      'service-monitor': await this.#read('monitoring', 'service-monitor.yaml'),
      rules: await this.#read('monitoring', 'rules.yaml'),
      dashboard: [await this.#readDashboard()],
      metrics: metrics.filter((object) => !isNetwork(object)),
      'metrics-network-policy': metrics.filter(isNetwork),
    };
    return Object.fromEntries(Object.entries(files).map(([name, objects]) => [name, print(objects)]));
  }

  /** The ConfigMap that kustomize generates of the dashboard. */
  async #readDashboard(): Promise<KubeObject> {
    const file = join(this.#config, 'monitoring', 'dashboard.json');
    return label(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'fluxblueprint-dashboard',
          namespace: 'fluxblueprint-system',
          labels: { grafana_dashboard: '1' },
        },
        data: { 'fluxblueprint.json': await readFile(file, 'utf8') },
      },
      this.#labels,
    );
  }

  /** The objects of a kustomization, with its labels: its own, else those of config/default. */
  async #readAll(folder: string): Promise<KubeObject[]> {
    const { resources, labels } = await readKustomization(join(this.#config, folder));
    const objects = await Promise.all(
      resources.map((file) => this.#read(folder, file, labels?.[0]?.pairs ?? this.#labels)),
    );
    return objects.flat();
  }

  async #read(folder: string, file: string, labels = this.#labels): Promise<KubeObject[]> {
    const text = await readFile(join(this.#config, folder, file), 'utf8');
    return readObjects(text).map((object) => label(object, labels));
  }
}

async function readKustomization(folder: string): Promise<Kustomization> {
  return parse(await readFile(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
}

function label(object: KubeObject, pairs: Record<string, string>): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, ...pairs } } };
}

/** Keeps a CRD when the chart is uninstalled or leaves it out: with it all blueprints would go. */
function keep(crd: KubeObject): KubeObject {
  const { metadata } = crd;
  const annotations = { ...metadata.annotations, 'helm.sh/resource-policy': 'keep' };
  return { ...crd, metadata: { ...metadata, annotations } };
}
