import { expect, test } from '@jest/globals';
import { createOperatorCommand, type OperatorOptions } from '../../src/cli/operator.ts';

/** What the operator would run with; throws what the command line says to a person. */
async function parse(...args: string[]): Promise<OperatorOptions> {
  let parsed: OperatorOptions | undefined;
  const command = createOperatorCommand((options) => {
    parsed = options;
    return Promise.resolve();
  });
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync(args, { from: 'user' });
  if (parsed === undefined) throw new Error('it was not run');
  return parsed;
}

test('what blueprints may take is bounded where no flag says how', async () => {
  expect(await parse()).toMatchObject({
    maxBlueprintBytes: 32_000_000,
    maxKindsPerBlueprint: 32,
    maxWatchesPerBlueprint: 50,
    maxWatches: 500,
    maxCacheBytes: 40_000_000,
  });
});

test.each([
  ['100k', 100_000],
  ['64Mi', 64 * 2 ** 20],
  ['1G', 1_000_000_000],
  ['5000000', 5_000_000],
])('bytes are written as Kubernetes writes them: %s', async (text, bytes) => {
  expect((await parse('--max-cache-bytes', text)).maxCacheBytes).toBe(bytes);
});

test.each([
  '99k',
  '0',
  '-1',
  '1.5G',
  '32m',
  '1e9',
  'Mi',
  '',
  '1 M',
  '9'.repeat(20),
  '999999999999999G',
  'Infinity',
])('bytes that cannot be are refused with what is allowed: "%s"', async (text) => {
  await expect(parse(`--max-blueprint-bytes=${text}`)).rejects.toThrow(
    'It must be a number of bytes such as 32M or 64Mi, and 100k at least.',
  );
});

test.each(['-1', '1001', '1.5', 'many', '', '0x10'])(
  'a number of watches that cannot be is refused with what is allowed: "%s"',
  async (text) => {
    await expect(parse(`--max-watches-per-blueprint=${text}`)).rejects.toThrow(
      'It must be a whole number between 0 and 1000.',
    );
  },
);

test('no watches at all are allowed: what is waited for is read then', async () => {
  expect(await parse('--max-watches=0', '--max-watches-per-blueprint=0')).toMatchObject({
    maxWatches: 0,
    maxWatchesPerBlueprint: 0,
  });
});
