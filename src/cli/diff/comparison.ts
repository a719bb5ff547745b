import type { KubeObject } from '../../api/object.ts';
import type { ObjectPair } from '../../core/diff/changes.ts';
import { type LiveState, pairWithAnswer, pairWithFields } from '../../core/diff/with-live.ts';
import type { DesiredObject } from '../../core/objects/desired.ts';
import { withoutEmptiedMaps } from '../../core/plan/emptied-maps.ts';
import { AccessError, type ClusterAccess } from '../session/access.ts';
import type { Session } from '../session/session.ts';

/** A pair to compare, or why the cluster refuses the object. */
export type Compared = { pair: ObjectPair } | { refused: string };

/** How desired objects are compared with what is there. */
export interface Comparison {
  /** In words, for the end of `compared …`. */
  readonly description: string;
  /** How many objects were compared by their live fields although it tries to apply. */
  readonly local: number;
  compare: (object: DesiredObject, live: KubeObject | undefined) => Promise<Compared>;
}

/**
 * Chooses how to compare: by what the API server answers when the operator's apply is tried, as the account that
 * writes; and where the user may not impersonate that, by the fields of what is there.
 */
export async function chooseComparison(
  { access }: Session,
  { key, spec: { serviceAccountName: account } }: LiveState,
): Promise<Comparison> {
  if (account === undefined) return new DryRun(access, undefined, 'by a dry run of the API server, as you');
  const { namespace } = key;
  const name = `ServiceAccount ${namespace}/${account}`;
  if (await access.mayImpersonate({ namespace, name: account })) {
    const user = `system:serviceaccount:${namespace}:${account}`;
    return new DryRun(access, user, `by a dry run of the API server, as ${name}`);
  }
  return {
    description: `by the fields of what is there, because you may not impersonate ${name}: defaults that come in place of what goes are not known`,
    local: 0,
    compare: (object, live) => Promise.resolve({ pair: pairWithFields(object, live) }),
  };
}

class DryRun implements Comparison {
  readonly description: string;
  readonly #access: ClusterAccess;
  readonly #user: string | undefined;
  #local = 0;

  constructor(access: ClusterAccess, user: string | undefined, description: string) {
    this.#access = access;
    this.#user = user;
    this.description = description;
  }

  get local(): number {
    return this.#local;
  }

  async compare(object: DesiredObject, live: KubeObject | undefined): Promise<Compared> {
    try {
      // The operator applies such an object twice, which cannot be tried.
      if (withoutEmptiedMaps(object.manifest, live) !== undefined)
        return { pair: pairWithFields(object, live) };
      const answer = await this.#access.dryRun(object.manifest, this.#user);
      // Nobody wants to read the defaults of an object that is new.
      const pair = live === undefined ? pairWithFields(object, live) : pairWithAnswer(object, live, answer);
      return { pair };
    } catch (failure) {
      return this.#explain(failure, object, live);
    }
  }

  #explain(failure: unknown, object: DesiredObject, live: KubeObject | undefined): Compared {
    if (!(failure instanceof AccessError)) throw failure;
    const { reason, message } = failure;
    const pair = pairWithFields(object, live);
    if (reason === 'Forbidden' && this.#user === undefined) {
      this.#local += 1;
      return { pair };
    }
    // Its namespace may be one that the blueprint makes first.
    if (reason === 'NotFound' && live === undefined) return { pair };
    if (REFUSALS.has(reason)) return { refused: message };
    throw failure;
  }
}

/** Why an object cannot be applied, and others can. */
const REFUSALS: ReadonlySet<string> = new Set(['Forbidden', 'Denied', 'Refused', 'NoKindMatch', 'NotFound']);
