import { expect, test } from '@jest/globals';
import { FLEET, findingsOf, observing, reportedBy } from '../linting.ts';

const SPEC = {
  sources: [FLEET],
  notifications: {
    providers: [{ name: 'chat', type: 'discord', secretRef: { name: 'chat' } }],
    alerts: [
      { name: 'on-call', providerRef: { name: 'chat' } },
      { name: 'all', providerRef: { name: 'chat' } },
    ],
  },
};

const RULE = 'undelivered-alert';

/** A cluster where Flux reported this about the alert `on-call`. */
function telling(note: string) {
  return { observed: observing({ undelivered: ({ name }) => (name === 'on-call' ? note : undefined) }) };
}

test('an alert that Flux could not deliver is reported, and no other', () => {
  const reported = ['warning spec.notifications.alerts[0] alerts/on-call'];
  expect(
    reportedBy(RULE, SPEC, telling('failed to send notification for Kustomization/apps/shop: EOF')),
  ).toEqual(reported);
  expect(reportedBy(RULE, SPEC, { observed: observing() })).toEqual([]);
  expect(reportedBy(RULE, SPEC)).toEqual([]);
});

test.each([
  [
    'Post "https://chat.example.com/api/webhooks/1/path¦key?a=b": EOF',
    'Post "https://chat.example.com/…": EOF',
  ],
  ['dial nats://user:pass¦word@broker:4222: refused', 'dial nats://broker:4222/… refused'],
  ['Post https://bot.example.com/bot1:key¦2/send: EOF', 'Post https://bot.example.com/… EOF'],
  ['POST http://127.0.0.1:80/hook giving up', 'POST http://127.0.0.1:80/… giving up'],
])('only the host of an address is reported: %s', (note, reported) => {
  const [finding] = findingsOf(SPEC, telling(note)).filter(({ rule }) => rule === RULE);
  expect(finding?.message).toBe(`alerts/on-call: Flux ${reported}: see that its provider can be reached`);
});
