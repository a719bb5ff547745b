import type { DesiredObject } from '../../objects/desired.ts';
import type { Breach } from '../model/finding.ts';
import type { Observed } from '../model/input.ts';
import { specField } from '../model/spec-field.ts';

/**
 * The types of Provider that need a `channel`. This and {@link TOKEN_KEYS} come from the constructors of
 * notification-controller 1.9.3 (`internal/notifier`) and its documentation.
 */
const CHANNEL: ReadonlySet<string> = new Set([
  'googlepubsub',
  'matrix',
  'nats',
  'pagerduty',
  'telegram',
  'webex',
  'zulip',
]);
/** The keys of which the Secret of a Provider must hold one, by its type. */
const TOKEN_KEYS: Readonly<Partial<Record<string, readonly string[]>>> = {
  bitbucket: ['token'],
  bitbucketserver: ['token', 'password'],
  datadog: ['token'],
  'generic-hmac': ['token'],
  gitea: ['token'],
  giteapullrequestcomment: ['token'],
  github: ['token', 'githubAppID'],
  githubdispatch: ['token', 'githubAppID'],
  githubpullrequestcomment: ['token', 'githubAppID'],
  gitlab: ['token', 'password'],
  gitlabmergerequestcomment: ['token', 'password'],
  matrix: ['token'],
  opsgenie: ['token'],
  telegram: ['token'],
  webex: ['token'],
};

/**
 * Finds what a Provider of its type lacks. Every type but telegram needs an address, in the spec or under the key
 * `address` of the Secret. Flux reports none of this: a Provider has no status, and its notifications are dropped.
 */
export function checkProvider(object: DesiredObject, observed: Observed | undefined): Breach[] {
  const type = specField(object, 'type');
  if (object.ref.kind !== 'Provider' || typeof type !== 'string') return [];
  const lacksChannel = CHANNEL.has(type) && isEmpty(object, 'channel');
  const channel = lacksChannel
    ? [lacking(object, 'channel', `\`channel\`, as every provider of type ${type}`)]
    : [];
  const secret = specField(object, 'secretRef', 'name');
  const needsAddress = type !== 'telegram' && isEmpty(object, 'address');
  const keys = TOKEN_KEYS[type];
  if (typeof secret !== 'string') return [...channel, ...withoutSecret(object, needsAddress, keys)];
  const wanted = [...(needsAddress ? [['address']] : []), ...(keys === undefined ? [] : [keys])];
  return [...channel, ...checkKeys(object, secret, wanted, observed)];
}

function withoutSecret(object: DesiredObject, needsAddress: boolean, keys?: readonly string[]): Breach[] {
  const found: Breach[] = [];
  if (needsAddress) {
    found.push(lacking(object, 'address', '`address`, or `secretRef` to a Secret with the key `address`'));
  }
  if (keys !== undefined) {
    found.push(lacking(object, 'secretRef', `\`secretRef\` to a Secret with the key ${keys.join(' or ')}`));
  }
  return found;
}

function lacking(object: DesiredObject, field: string, what: string): Breach {
  return error(object, field, `needs ${what}: without it Flux drops its notifications, and tells nobody`);
}

/** Finds what a Receiver lacks. All types but generic-oidc verify calls with the key `token` of a Secret. */
export function checkReceiver(object: DesiredObject, observed: Observed | undefined): Breach[] {
  const secret = specField(object, 'secretRef', 'name');
  if (object.ref.kind !== 'Receiver' || typeof secret !== 'string') return [];
  return checkKeys(object, secret, [['token']], observed);
}

function checkKeys(
  object: DesiredObject,
  secret: string,
  wanted: readonly (readonly string[])[],
  observed: Observed | undefined,
): Breach[] {
  const namespace = object.ref.namespace ?? '';
  const keys = observed?.keysOf?.('Secret', namespace, secret);
  if (keys === undefined) return [];
  return wanted
    .filter((anyOf) => !anyOf.some((key) => keys.includes(key)))
    .map((anyOf) => ({
      severity: 'warning',
      path: object.originOf(['secretRef', 'name']),
      message: `needs the key ${anyOf.join(' or ')} in Secret ${namespace}/${secret}, which is there without; add it`,
      seenIn: 'cluster',
    }));
}

function isEmpty(object: DesiredObject, field: string): boolean {
  const value = specField(object, field);
  return typeof value !== 'string' || value === '';
}

function error(object: DesiredObject, field: string, message: string): Breach {
  return { severity: 'error', path: object.originOf([field]), message };
}
