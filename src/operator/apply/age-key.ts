import { GROUP } from '../../api/names.ts';
import type { KubeObject, ObjectMeta } from '../../api/object.ts';
import type { Spec } from '../../api/schema/spec.ts';
import { own, isObject, valueAt } from '../../core/values/json.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { type Pass, wakeAfter } from '../context/reconcile-context.ts';

/** Says on the Secret what its public key is, so that the private one need not be read for it. */
const RECIPIENT = `${GROUP}/age-recipient`;

/** The field manager of a Secret that we make; it is written once, and never again. */
const KEY_MANAGER = 'fluxblueprint-age';

/** The key of the Secret that Flux decrypts with. */
const KEY_FIELD = 'age.agekey';

/** How long a look at the Secret counts, in milliseconds: it is not watched. */
const LIFETIME_MS = 300_000;

/**
 * The public key of the blueprint's age pair: that of the Secret, which is made when it is missing and asked for. A
 * Secret that exists is never touched, and none is ever deleted: what was encrypted to it would be lost. Undefined
 * where no pair is asked for, or the Secret holds none that can be read.
 */
export async function ensureAgeKey(pass: Pass): Promise<string | undefined> {
  const name = wantedSecret(pass.blueprint.spec);
  if (name === undefined) return undefined;
  const now = pass.deps.clock.monotonic();
  wakeAfter(pass, LIFETIME_MS);
  const known = pass.memory.ageRecipient(name);
  if (known !== undefined && !pass.requested && now - known.at < LIFETIME_MS) return known.recipient;
  try {
    const found = (await findKey(pass, name)) ?? (await makeKey(pass, name));
    pass.memory.noteAgeRecipient(name, { ...found, at: now });
    return found.recipient;
  } catch (error) {
    throw error instanceof ClusterError ? withPlace(error, pass, name) : error;
  }
}

function wantedSecret({ secrets }: Spec): string | undefined {
  return secrets?.sops?.age?.generate === true ? secrets.sops.secretRef?.name : undefined;
}

/** The error with what it stopped: the API server names a right, and not what it is for. */
function withPlace(error: ClusterError, pass: Pass, name: string): ClusterError {
  if (error.reason === 'Aborted') return error;
  const what = `Secret ${pass.key.namespace}/${name} cannot be looked at and made where it is missing`;
  return new ClusterError(error.reason, `spec.secrets.sops.age.generate: ${what}: ${error.message}`, {
    status: error.status,
    retryAfterMs: error.retryAfterMs,
    cause: error,
  });
}

/** What a Secret that exists tells: its public key, or none that can be read. */
interface Found {
  recipient: string | undefined;
}

/** Looks at the Secret; undefined where there is none. */
async function findKey(pass: Pass, name: string): Promise<Found | undefined> {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: pass.key.namespace, name };
  const options = { as: pass.as, signal: pass.signal };
  const found = await pass.deps.cluster.getMetadata(ref, options);
  if (found === undefined) return undefined;
  const said = saidByUs(found.metadata);
  if (said !== undefined) return { recipient: said };
  return { recipient: await readRecipient(pass, await pass.deps.cluster.get(ref, options)) };
}

/** What we said of the key that we made, for as long as nobody else has put another in its place. */
function saidByUs({ annotations, managedFields = [] }: ObjectMeta): string | undefined {
  const ours = managedFields.find(({ manager }) => manager === KEY_MANAGER)?.fieldsV1;
  const owns = (steps: readonly string[]): boolean => valueAt(ours, steps) !== undefined;
  return owns(['f:data', `f:${KEY_FIELD}`]) && owns(['f:metadata', 'f:annotations', `f:${RECIPIENT}`])
    ? annotations?.[RECIPIENT]
    : undefined;
}

/** The public key of the first `*.agekey` of a Secret. It may hold other keys, and is left alone. */
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

async function makeKey(pass: Pass, name: string): Promise<Found> {
  const { identity, recipient } = await pass.deps.ageKeys.generate();
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: pass.key.namespace, annotations: { [RECIPIENT]: recipient } },
    type: 'Opaque',
    data: { [KEY_FIELD]: Buffer.from(`# public key: ${recipient}\n${identity}\n`).toString('base64') },
  };
  try {
    await pass.deps.cluster.create(secret, { fieldManager: KEY_MANAGER, as: pass.as, signal: pass.signal });
  } catch (error) {
    // Somebody was faster: theirs counts.
    if (error instanceof ClusterError && error.reason === 'AlreadyExists')
      return (await findKey(pass, name)) ?? { recipient: undefined };
    throw error;
  }
  tellMade(pass, name, recipient);
  return { recipient };
}

/** A second key is news: what is encrypted to the first cannot be read with it. */
function tellMade(pass: Pass, name: string, recipient: string): void {
  const secret = `${pass.key.namespace}/${name}`;
  const before = pass.status?.ageRecipient;
  pass.logger.info('made an age key pair', { secret, recipient });
  const note = `made the age key pair ${recipient} in Secret ${secret}`;
  const second = `${note}, which was not there; what is encrypted to the former recipient ${before ?? ''} needs the former key`;
  pass.deps.events.record({
    regarding: pass.blueprint as unknown as KubeObject,
    type: before === undefined ? 'Normal' : 'Warning',
    reason: 'AgeKeyMade',
    action: 'Reconcile',
    note: before === undefined ? note : second,
  });
}
