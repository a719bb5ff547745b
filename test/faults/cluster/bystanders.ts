import { Label, MANAGED_BY } from '../../../src/api/names.ts';
import { displayName, type KubeObject, refOf } from '../../../src/api/object.ts';
import type { TestClient } from '../../harness/api-server/client.ts';

/** The names of all objects that no operator has to do with begin so. */
const PREFIX = 'bystander';

/** Whether an object is one of {@link Bystanders}. */
export function isBystander({ metadata }: KubeObject): boolean {
  return metadata.name.startsWith(PREFIX);
}

/**
 * Objects of others beside those of blueprints: of the same kinds, some with the operator's own labels, as of a
 * blueprint that never was, and of one that is and did not make them.
 */
export class Bystanders {
  readonly #client: TestClient;
  readonly #placed: KubeObject[] = [];

  constructor(client: TestClient) {
    this.#client = client;
  }

  /** Puts them into a namespace. `blueprint` is the name of one that is there. */
  async place(namespace: string, blueprint: string): Promise<void> {
    const [git, kustomization] = [gitSpec, kustomizationSpec];
    const nobody = labelsOf('nobody', namespace);
    const objects = [
      toObject('GitRepository', 'source.toolkit.fluxcd.io/v1', namespace, '', { spec: git }),
      toObject('Kustomization', 'kustomize.toolkit.fluxcd.io/v1', namespace, '', { spec: kustomization }),
      toObject('Kustomization', 'kustomize.toolkit.fluxcd.io/v1', namespace, '-of-nobody', {
        spec: kustomization,
        labels: nobody,
      }),
      toObject('GitRepository', 'source.toolkit.fluxcd.io/v1', namespace, '-forged', {
        spec: git,
        labels: labelsOf(blueprint, namespace),
      }),
      toObject('Kustomization', 'kustomize.toolkit.fluxcd.io/v1', namespace, '-half-labelled', {
        spec: kustomization,
        labels: { [Label.ManagedBy]: MANAGED_BY },
      }),
      toObject('ConfigMap', 'v1', namespace, '', { data: { key: 'value' } }),
      toObject('Secret', 'v1', namespace, '', { stringData: { key: 'value' } }),
    ];
    for (const object of objects) this.#placed.push(await this.#client.apply(object, 'kubectl'));
  }

  /** Those that are not as they were: gone, made anew, or written to. */
  async findTouched(): Promise<string[]> {
    const touched = await Promise.all(
      this.#placed.map(async (object) => {
        const name = displayName(refOf(object));
        const found = await this.#client.cluster.getMetadata(refOf(object));
        if (found === undefined) return `${name} is gone`;
        if (found.metadata.uid !== object.metadata.uid) return `${name} was made anew`;
        return found.metadata.resourceVersion === object.metadata.resourceVersion
          ? []
          : `${name} was changed`;
      }),
    );
    return touched.flat();
  }
}

const gitSpec = { url: 'https://example.com/others.git', interval: '10m', ref: { branch: 'main' } };
const kustomizationSpec = {
  interval: '10m',
  prune: true,
  sourceRef: { kind: 'GitRepository', name: 'bystander' },
};

function labelsOf(name: string, namespace: string): Record<string, string> {
  return { [Label.ManagedBy]: MANAGED_BY, [Label.Name]: name, [Label.Namespace]: namespace };
}

function toObject(
  kind: string,
  apiVersion: string,
  namespace: string,
  suffix: string,
  { labels, ...content }: { labels?: Record<string, string>; [field: string]: unknown },
): KubeObject {
  const metadata = { name: `${PREFIX}${suffix}`, namespace, ...(labels === undefined ? {} : { labels }) };
  return { apiVersion, kind, metadata, ...content };
}
