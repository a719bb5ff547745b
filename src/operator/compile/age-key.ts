import { GROUP } from '../../api/names.ts';
import type { KubeObject, ObjectMeta } from '../../api/object.ts';
import type { Spec } from '../../api/schema/spec.ts';
import { own, isObject, valueAt } from '../../core/values/json.ts';
import { ClusterError, asClusterError, isReason } from '../../ports/cluster.ts';
import type { Recipient } from '../memory/blueprint-memory.ts';
import type { ReconcileContext } from '../context/reconcile-context.ts';
import { recordEvent } from '../context/record-event.ts';

/** The annotation of a Secret that holds its public key, so that the private one need not be read. */
const RECIPIENT = `${GROUP}/age-recipient`;

/** The field manager of the Secrets that we create. They are written once. */
const KEY_MANAGER = 'fluxblueprint-age';

/** The key of the Secret that Flux decrypts with. */
const KEY_FIELD = 'age.agekey';

/** How long what was read of the Secret holds, in milliseconds: it is not watched. */
const LIFETIME_MS = 300_000;

/**
 * The public key of the blueprint's age pair. The pair is generated where the Secret is missing. An existing Secret is
 * never changed, and none is ever deleted: what was encrypted to its key would be lost. Undefined where the blueprint
 * asks for no pair, or the Secret holds no key that can be read.
 *
 * @throws ClusterError with the path in the blueprint, where the account may not read or create the Secret
 */
export async function ensureAgeKey(context: ReconcileContext): Promise<string | undefined> {
  const name = secretOf(context.blueprint.spec);
  if (name === undefined) return undefined;
  const now = context.deps.clock.monotonic();
  context.progress.requeueWithin(LIFETIME_MS);
  const known = context.memory.ageRecipients.get(name);
  if (known !== undefined && !context.requested && now - known.at < LIFETIME_MS) return known.recipient;
  try {
    const found = (await findKey(context, name)) ?? (await makeKey(context, name));
    context.memory.ageRecipients.set(name, { ...found, at: now });
    return found.recipient;
  } catch (error) {
    throw explain(asClusterError(error), context, name);
  }
}

function secretOf({ secrets }: Spec): string | undefined {
  return secrets?.sops?.age?.generate === true ? secrets.sops.secretRef?.name : undefined;
}

/** Adds to an error what it stopped: the API server names a right, and not what it is for. */
function explain(error: ClusterError, context: ReconcileContext, name: string): ClusterError {
  if (error.reason === 'Aborted') return error;
  const what = `Secret ${context.key.namespace}/${name} cannot be looked at and made where it is missing`;
  return new ClusterError(error.reason, `spec.secrets.sops.age.generate: ${what}: ${error.message}`, {
    status: error.status,
    retryAfterMs: error.retryAfterMs,
    cause: error,
  });
}

/** The public key of a Secret that exists; undefined inside where it holds none that can be read. */
type Found = Pick<Recipient, 'recipient'>;

/** Reads the Secret; undefined where there is none. */
async function findKey(context: ReconcileContext, name: string): Promise<Found | undefined> {
  const ref = { apiVersion: 'v1', kind: 'Secret', namespace: context.key.namespace, name };
  const options = { as: context.as, signal: context.signal };
  const found = await context.deps.cluster.getMetadata(ref, options);
  if (found === undefined) return undefined;
  const annotated = readAnnotation(found.metadata);
  if (annotated !== undefined) return { recipient: annotated };
  return { recipient: await readRecipient(context, await context.deps.cluster.get(ref, options)) };
}

/** The annotated public key, where we generated the pair and nobody else has replaced it. */
function readAnnotation({ annotations, managedFields = [] }: ObjectMeta): string | undefined {
  const ours = managedFields.find(({ manager }) => manager === KEY_MANAGER)?.fieldsV1;
  const owns = (steps: readonly string[]): boolean => valueAt(ours, steps) !== undefined;
  return owns(['f:data', `f:${KEY_FIELD}`]) && owns(['f:metadata', 'f:annotations', `f:${RECIPIENT}`])
    ? annotations?.[RECIPIENT]
    : undefined;
}

/** The public key of the first `*.agekey` of a Secret. */
async function readRecipient(
  context: ReconcileContext,
  secret: KubeObject | undefined,
): Promise<string | undefined> {
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
  return context.deps.ageKeys.recipientOf(line.trim()).catch(() => undefined);
}

async function makeKey(context: ReconcileContext, name: string): Promise<Found> {
  const { identity, recipient } = await context.deps.ageKeys.generate();
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: context.key.namespace, annotations: { [RECIPIENT]: recipient } },
    type: 'Opaque',
    data: { [KEY_FIELD]: Buffer.from(`# public key: ${recipient}\n${identity}\n`).toString('base64') },
  };
  try {
    await context.deps.cluster.create(secret, {
      fieldManager: KEY_MANAGER,
      as: context.as,
      signal: context.signal,
    });
  } catch (error) {
    // Somebody was faster, and their key counts.
    if (isReason(error, 'AlreadyExists')) return (await findKey(context, name)) ?? { recipient: undefined };
    throw error;
  }
  recordMade(context, name, recipient);
  return { recipient };
}

/** A second key is worth a warning: what is encrypted to the first one cannot be read with it. */
function recordMade(context: ReconcileContext, name: string, recipient: string): void {
  const secret = `${context.key.namespace}/${name}`;
  const before = context.progress.status?.ageRecipient;
  context.logger.info('made an age key pair', { secret, recipient });
  const note = `made the age key pair ${recipient} in Secret ${secret}`;
  const second = `${note}, which was not there; what is encrypted to the former recipient ${before ?? ''} needs the former key`;
  recordEvent(context, {
    type: before === undefined ? 'Normal' : 'Warning',
    reason: 'AgeKeyMade',
    note: before === undefined ? note : second,
  });
}
