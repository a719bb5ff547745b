import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { isObject, own } from '../../core/values/json.ts';
import type { AgeKeys } from '../../ports/age-keys.ts';
import { CommandError } from '../session/explain-failure.ts';
import type { Session } from '../session/session.ts';

/** The values of the flags of `sops keygen`. */
export interface KeygenOptions {
  secret: string;
  add?: boolean;
}

/** The ending of the keys of a Secret that Flux decrypts with. */
const ENDING = '.agekey';

/** `sops keygen`: makes a key pair. The private key goes into the Secret, and nowhere else. */
export async function makeKey(
  session: Session,
  { secret, add = false }: KeygenOptions,
  loadKeys: () => Promise<AgeKeys>,
): Promise<void> {
  const ref = refOfSecret(session, secret);
  const found = await session.access.get(ref);
  if (found !== undefined && !add)
    throw new CommandError(
      `Secret ${session.namespace}/${secret} exists, and what is encrypted to its key needs it: add another key by --add, or choose another --secret`,
    );
  const { identity, recipient } = await (await loadKeys()).generate();
  const field = nextField(found);
  const data = { [field]: Buffer.from(`# public key: ${recipient}\n${identity}\n`).toString('base64') };
  if (found === undefined) await session.access.create({ ...toSecret(ref), type: 'Opaque', data });
  else await session.access.merge(ref, { data });
  const how = found === undefined ? 'is created with' : 'has';
  session.say('success', `Secret ${session.namespace}/${secret} ${how} a new private key, ${field}`);
  session.say(
    'waiting',
    'keep a copy of the Secret in a safe place: without it nothing that is encrypted to it can be read',
  );
  session.print(`${recipient}\n`);
}

function refOfSecret({ namespace }: Session, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Secret', namespace, name };
}

function toSecret({ apiVersion, kind, namespace = '', name }: ObjectRef): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace } };
}

/** The operator encrypts to the first key in the order of names, so that a new one comes first. */
function nextField(secret: KubeObject | undefined): string {
  const taken = new Set(fieldsOf(secret).map(([field]) => field));
  if (taken.size === 0) return `age${ENDING}`;
  for (let i = 9999; i > 0; i--) {
    const field = `age-${String(i).padStart(4, '0')}${ENDING}`;
    if (!taken.has(field)) return field;
  }
  throw new CommandError('the Secret holds too many keys: take old ones out');
}

/** The keys of a Secret that Flux decrypts with, in base64. */
function fieldsOf(secret: KubeObject | undefined): [field: string, value: string][] {
  const data = secret?.['data'];
  if (!isObject(data)) return [];
  return Object.keys(data)
    .filter((field) => field.endsWith(ENDING))
    .sort()
    .flatMap((field): [string, string][] => {
      const value = own(data, field);
      return typeof value === 'string' ? [[field, value]] : [];
    });
}

/** The private keys of a Secret. They may be handed to a program, and nothing else. */
export async function readKeys(session: Session, name: string): Promise<string[]> {
  const secret = await session.access.get(refOfSecret(session, name));
  if (secret === undefined)
    throw new CommandError(
      `there is no Secret ${session.namespace}/${name}: name another one by --secret and -n`,
    );
  const keys = fieldsOf(secret).flatMap(([, value]) =>
    Buffer.from(value, 'base64')
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('AGE-SECRET-KEY-')),
  );
  if (keys.length === 0)
    throw new CommandError(
      `Secret ${session.namespace}/${name} holds no private key of age in any *${ENDING}`,
    );
  return keys;
}

/** The public keys of the private ones that a Secret holds. */
export async function readRecipients(
  session: Session,
  name: string,
  loadKeys: () => Promise<AgeKeys>,
): Promise<string[]> {
  const [keys, ages] = await Promise.all([readKeys(session, name), loadKeys()]);
  // A key that is broken decrypts nothing.
  const recipients = await Promise.all(keys.map((key) => ages.recipientOf(key).catch(() => undefined)));
  return recipients.filter((recipient) => recipient !== undefined);
}
