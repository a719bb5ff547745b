import type { KubeObject } from '../../api/object.ts';
import { type StartWatch, WatchCopies } from './local-copies.ts';

const ACCOUNTS = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
} as const;

/** Knows which accounts there are, by their names alone, and tells which came and went. */
export class AccountWatch {
  readonly #copies: WatchCopies;

  /**
   * @param namespaces those of blueprints; `undefined` stands for all of them.
   * @param onChange told the namespace and the name of an account that came or went.
   */
  constructor(
    startWatch: StartWatch,
    namespaces: readonly (string | undefined)[],
    onChange: (namespace: string, name: string) => void,
  ) {
    const target = { type: ACCOUNTS, namespaces, metadataOnly: true };
    this.#copies = new WatchCopies(target, startWatch, ({ type, object }) => {
      if (type !== 'Modified') onChange(namespaceOf(object), object.metadata.name);
    });
  }

  /** Whether an account is there; undefined where that is not known (yet). */
  has(namespace: string, name: string): boolean | undefined {
    const known = this.#copies.synced && this.#copies.covers(namespace);
    return known ? this.#copies.get(namespace, name) !== undefined : undefined;
  }
}

function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}
