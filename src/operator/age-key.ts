import { GROUP } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import type { Spec } from '../api/schema/spec.ts';
import { own, isObject } from '../core/json.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { Pass } from './pass.ts';

/** Says on the Secret what its public key is, so that the private one need not be read for it. */
const RECIPIENT = `${GROUP}/age-recipient`;

/** The field manager of a Secret that we make; it is written once, and never again. */
const KEY_MANAGER = 'fluxblueprint-age';

/**
 * The public key of the blueprint's age pair: that of the Secret, which is made when it is missing and asked for. A
 * Secret that exists is never touched, and none is ever deleted: what was encrypted to it would be lost. Undefined
 * where no pair is asked for, or the Secret holds none that can be read.
 */
export async function ensureAgeKey(pass: Pass): Promise<string | undefined> {
  const name = wantedSecret(pass.blueprint.spec);
  if (name === undefined) return undefined;
  const recipient =
    pass.memory.ageRecipient(name) ?? (await findRecipient(pass, name)) ?? (await makeKey(pass, name));
  pass.memory.noteAgeRecipient(name, recipient);
  return recipient === UNREADABLE ? undefined : recipient;
}

function wantedSecret({ secrets }: Spec): string | undefined {
  return secrets?.sops?.age?.generate === true ? secrets.sops.secretRef?.name : undefined;
}

/** A Secret without an age key that can be read: it may hold other keys, and is left alone. */
const UNREADABLE = '';

/** The public key of a Secret that exists; undefined where there is no Secret. */
async function findRecipient(pass: Pass, name: string): Promise<string | undefined> {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: pass.key.namespace, name };
  const options = { as: pass.as, signal: pass.signal };
  const metadata = await pass.deps.cluster.getMetadata(ref, options);
  if (metadata === undefined) return undefined;
  const said = metadata.metadata.annotations?.[RECIPIENT];
  if (said !== undefined) return said;
  const secret = await pass.deps.cluster.get(ref, options);
  return (await readRecipient(pass, secret)) ?? UNREADABLE;
}

/** The public key of the first `*.agekey` of a Secret. */
async function readRecipient(pass: Pass, secret: KubeObject | undefined): Promise<string | undefined> {
  const data = secret?.['data'];
  if (!isObject(data)) return undefined;
  const key = Object.keys(data)
    .sort()
    .find((field) => field.endsWith('.agekey'));
  const value = key === undefined ? undefined : own(data, key);
  if (typeof value !== 'string') return undefined;
  const line = Buffer.from(value, 'base64')
    .toString('utf8')
    .split('\n')
    .find((text) => text.startsWith('AGE-SECRET-KEY-'));
  if (line === undefined) return undefined;
  return pass.deps.ageKeys.recipientOf(line.trim()).catch(() => undefined);
}

async function makeKey(pass: Pass, name: string): Promise<string> {
  const { identity, recipient } = await pass.deps.ageKeys.generate();
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: pass.key.namespace, annotations: { [RECIPIENT]: recipient } },
    type: 'Opaque',
    data: { 'age.agekey': Buffer.from(`# public key: ${recipient}\n${identity}\n`).toString('base64') },
  };
  try {
    await pass.deps.cluster.create(secret, { fieldManager: KEY_MANAGER, as: pass.as, signal: pass.signal });
    pass.logger.info('made an age key pair', { secret: `${pass.key.namespace}/${name}`, recipient });
    return recipient;
  } catch (error) {
    // Somebody was faster: theirs counts.
    if (error instanceof ClusterError && error.reason === 'AlreadyExists') {
      return (await findRecipient(pass, name)) ?? UNREADABLE;
    }
    throw error;
  }
}
