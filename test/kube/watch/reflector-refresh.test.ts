import { expect, test } from '@jest/globals';
import { refusal, widget } from '../../harness/api-server/environment.ts';
import { useFaultFixture } from '../../harness/api-server/fault-fixture.ts';
import { findBreaches, watchWidgets, widgetsPath } from '../../harness/api-server/watching.ts';
import { waitFor } from '../../harness/wait-for.ts';

const fixture = useFaultFixture();

function apply(name: string, text = 'x') {
  const { direct, namespace } = fixture;
  return direct.cluster.apply(widget(namespace, name, { text }), { fieldManager: 'test' });
}

/** Watches through a proxy that says nothing of what happens. */
async function watchInVain() {
  fixture.proxy.script = ({ isWatch }) => (isWatch ? { kind: 'stall', bytes: 0 } : undefined);
  const watching = fixture.stopLater(await watchWidgets(fixture.client, fixture.namespace));
  await waitFor(
    'the watch hangs',
    () => fixture.proxy.requestsTo(widgetsPath(fixture.namespace), 'watch').length === 1,
  );
  return watching;
}

test('a refresh reports what a watch that hangs did not, and once', async () => {
  await apply('a');
  await apply('b');
  const watching = await watchInVain();
  await apply('b', 'changed');
  await apply('c');
  const a = widget(fixture.namespace, 'a');
  await fixture.direct.cluster.delete({ ...a, ...a.metadata });
  expect(watching.names()).toEqual(['a', 'b']);
  fixture.proxy.script = () => undefined;
  await watching.reflector.refresh();
  expect(watching.names()).toEqual(['b', 'c']);
  await apply('d');
  await waitFor('the watch goes on', () => watching.names().includes('d'));
  expect(findBreaches(watching.changes)).toEqual([]);
  expect(watching.reported().slice(2).sort()).toEqual(['Added c', 'Added d', 'Deleted a', 'Modified b']);
});

test('a refresh waits until the API server answers, and its pauses end with it', async () => {
  const watching = await watchInVain();
  await apply('a');
  let refused = 0;
  fixture.proxy.script = ({ isWatch }) =>
    isWatch || ++refused > 2 ? undefined : { kind: 'answer', status: 503 };
  await watching.reflector.refresh();
  expect(refused).toBe(3);
  expect(watching.names()).toEqual(['a']);
});

test('refreshes that wait together share a list that begins after each of them', async () => {
  const watching = await watchInVain();
  fixture.proxy.script = () => undefined;
  await apply('a');
  await Promise.all([1, 2, 3].map(() => watching.reflector.refresh()));
  expect(watching.names()).toEqual(['a']);
  expect(fixture.proxy.requestsTo(widgetsPath(fixture.namespace), 'list').length).toBeLessThanOrEqual(3);
});

test('a refresh ends with the reflector, and with its signal', async () => {
  const watching = await watchInVain();
  fixture.proxy.script = () => ({ kind: 'hang' });
  const abort = new AbortController();
  const [first, second] = [watching.reflector.refresh(abort.signal), watching.reflector.refresh()];
  const ended = expect(first).rejects.toThrow('enough');
  abort.abort(new Error('enough'));
  await ended;
  const stopped = refusal(second);
  await watching.reflector.stop();
  expect((await stopped).reason).toBe('Aborted');
  expect((await refusal(watching.reflector.refresh())).reason).toBe('Aborted');
});
