import type { KubeObject } from '../api/object.ts';
import type { Reflector } from '../ports/reflector.ts';
import type { StartWatch } from './watch-set.ts';

const ACCOUNTS = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
} as const;

/** Knows which accounts there are, by their names alone, and tells which came and went. */
export class AccountWatch {
  readonly #reflector: Reflector;

  /** @param onChange told the namespace and the name of an account that came or went. */
  constructor(startWatch: StartWatch, onChange: (namespace: string, name: string) => void) {
    this.#reflector = startWatch({ type: ACCOUNTS, metadataOnly: true }, ({ type, object }) => {
      if (type !== 'Modified') onChange(namespaceOf(object), object.metadata.name);
    });
  }

  /** Whether an account is there; undefined where that is not known (yet). */
  has(namespace: string, name: string): boolean | undefined {
    return this.#reflector.synced ? this.#reflector.store.get(namespace, name) !== undefined : undefined;
  }
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}
