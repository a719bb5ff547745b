import { expect, test } from '@jest/globals';
import { FLEET, findingsOf, observing } from '../linting.ts';

const CHAT = { name: 'chat', objectName: 'team-chat', type: 'slack', address: 'https://hooks.example.com' };

/** What is reported for an alert of another provider than the blueprint's own, `chat`. */
function findingsFor(name: string, there?: boolean): string[] {
  const spec = {
    sources: [FLEET],
    notifications: { providers: [CHAT], alerts: [{ name: 'on-call', providerRef: { name } }] },
  };
  const exists = (kind: string): boolean | undefined => (kind === 'Provider' ? there : true);
  const parts = there === undefined ? {} : { observed: observing({ exists }) };
  return findingsOf(spec, parts)
    .filter(({ rule }) => rule === 'missing-reference')
    .map(({ severity, path, message, seenIn }) => `${severity} ${path} ${message} (${seenIn})`);
}

const PATH = 'spec.notifications.alerts[0].providerRef.name alerts/on-call:';

test('an alert of a provider that nobody has is reported, with the name that was meant', () => {
  expect(findingsFor('caht', false)).toEqual([
    `warning ${PATH} needs Provider flux-system/caht, which is not there, and Flux drops its notifications: did you mean "chat"? (cluster)`,
  ]);
  expect(findingsFor('pager', false)).toEqual([
    `warning ${PATH} needs Provider flux-system/pager, which is not there, and Flux drops its notifications: make one there, or name a provider of this blueprint (cluster)`,
  ]);
});

test('an alert of a Provider that others made is right, by whichever name', () => {
  expect(findingsFor('caht', true)).toEqual([]);
  expect(findingsFor('pager', true)).toEqual([]);
});

test('without a cluster only a name that is near to one of the blueprint is reported, as information', () => {
  expect(findingsFor('caht')).toEqual([
    `info ${PATH} sends to Provider flux-system/caht, which this blueprint does not have: did you mean "chat"? (blueprint)`,
  ]);
  expect(findingsFor('pager')).toEqual([]);
});

test.each(['chat', 'team-chat'])(
  'an alert of the provider %s, which the blueprint makes, is right',
  (name) => {
    expect(findingsFor(name, false)).toEqual([]);
  },
);
