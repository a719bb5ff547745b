import { type KubeObject, identifyObject } from '../../api/object.ts';
import { type StartWatch, LocalCopies } from './copies/local-copies.ts';

const SERVICE_ACCOUNTS = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
} as const;

/** Knows which service accounts exist, from their metadata alone. */
export class ServiceAccountWatch {
  readonly #copies: LocalCopies;

  /**
   * @param namespaces the namespaces of blueprints; `undefined` stands for all of them.
   * @param onChange called with the namespace and the name of a service account that came or went.
   */
  constructor(
    startWatch: StartWatch,
    namespaces: readonly (string | undefined)[],
    onChange: (namespace: string, name: string) => void,
  ) {
    const target = { type: SERVICE_ACCOUNTS, namespaces, metadataOnly: true, keep: identifyObject };
    this.#copies = new LocalCopies(target, startWatch, ({ type, object }) => {
      if (type !== 'Modified') onChange(namespaceOf(object), object.metadata.name);
    });
  }

  /** Whether a service account exists; undefined while that is not known. */
  has(namespace: string, name: string): boolean | undefined {
    const known = this.#copies.synced && this.#copies.covers(namespace);
    return known ? this.#copies.get(namespace, name) !== undefined : undefined;
  }
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}
