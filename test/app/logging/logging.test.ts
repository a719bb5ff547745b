import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const logging = fileURLToPath(new URL('../../../src/app/logging/logging.ts', import.meta.url));

interface Written {
  stdout: string;
  lines: string[];
}

/** Runs statements with a `logger` in a process of its own, as it writes to the process' own standard error. */
function log(options: { level: string; encoding: string }, statements: string): Written {
  const program = `
    import { createLogger } from ${JSON.stringify(logging)};
    const logger = createLogger(${JSON.stringify(options)});
    ${statements}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '--eval', program],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return { stdout, lines: stderr.split('\n').filter((line) => line !== '') };
}

function parse({ lines }: Written): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('each line is a JSON object with level, ts and msg first, on standard error', () => {
  const written = log({ level: 'info', encoding: 'json' }, `logger.info('ready', { ms: 12 });`);
  expect(written.stdout).toBe('');
  const [line] = parse(written);
  expect(line).toEqual({ level: 'info', ts: expect.any(String), msg: 'ready', ms: 12 });
  expect(Object.keys(line ?? {}).slice(0, 3)).toEqual(['level', 'ts', 'msg']);
  expect(new Date(String(line?.['ts'])).toISOString()).toBe(line?.['ts']);
});

test('no field can take the place of the level, the time or the message', () => {
  const fields = `{ level: 'debug', ts: 'never', msg: 'forged', message: 'forged', kept: true }`;
  const [own, inherited] = parse(
    log(
      { level: 'info', encoding: 'json' },
      `logger.warn('true', ${fields}); logger.with(${fields}).error('true as well');`,
    ),
  );
  expect(own).toMatchObject({ level: 'warn', msg: 'true', kept: true });
  expect(inherited).toMatchObject({ level: 'error', msg: 'true as well', kept: true });
  for (const line of [own, inherited]) expect(line?.['ts']).not.toBe('never');
});

test('a message with a line break is one line, so that nothing can forge a second one', () => {
  const { lines } = log(
    { level: 'info', encoding: 'json' },
    `logger.info('one\\n{"level":"error"}', { field: 'two\\nlines' });`,
  );
  expect(lines).toHaveLength(1);
});

test('a logger with fields adds them to each line, those of a line win, and the first logger keeps its own', () => {
  const lines = parse(
    log(
      { level: 'info', encoding: 'json' },
      `const child = logger.with({ a: 1, b: 1 });
       child.with({ b: 2 }).info('grandchild', { c: 3 });
       child.info('child', { a: 9 });
       logger.info('parent');`,
    ),
  );
  const own = { level: 'info', ts: expect.any(String) };
  expect(lines).toEqual([
    { ...own, msg: 'grandchild', a: 1, b: 2, c: 3 },
    { ...own, msg: 'child', a: 9, b: 1 },
    { ...own, msg: 'parent' },
  ]);
});

test.each([
  ['debug', ['debug', 'info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
])('at level %s the lines of %j are written', (level, wanted) => {
  const lines = parse(
    log(
      { level, encoding: 'json' },
      `for (const level of ['debug', 'info', 'warn', 'error']) logger[level]('line');`,
    ),
  );
  expect(lines.map((line) => line['level'])).toEqual(wanted);
});

test('for people a line is time, level, message and the fields, without colours where nobody sees them', () => {
  const { lines } = log(
    { level: 'info', encoding: 'console' },
    `logger.info('ready', { ms: 12 }); logger.warn('plain');`,
  );
  expect(lines).toEqual([
    expect.stringMatching(/^\d{4}-\d\d-\d\dT\S+Z info ready \{"ms":12\}$/),
    expect.stringMatching(/^\S+Z warn plain$/),
  ]);
});

test('the level is changed for the logger and for those made from it before', () => {
  const lines = parse(
    log(
      { level: 'warn', encoding: 'json' },
      `const child = logger.with({ a: 1 }).with({ b: 2 });
       child.debug('unheard');
       logger.setLevel('debug');
       child.debug('heard'); logger.debug('heard as well');
       logger.setLevel('warn');
       child.info('unheard'); logger.info('unheard');`,
    ),
  );
  expect(lines.map((line) => line['msg'])).toEqual(['heard', 'heard as well']);
});

test('of a flood of one trouble ten lines a second are written, by whichever logger, and of what was done all', () => {
  const lines = parse(
    log(
      { level: 'info', encoding: 'json' },
      // The second lasts until the flood is over, however long that takes.
      `performance.now = () => 5_000;
       for (let i = 0; i < 200; i++) {
         logger.with({ i }).warn('failed');
         logger.info('applied');
       }
       performance.now = () => 6_000;
       logger.with({ i: 200 }).warn('failed');`,
    ),
  );
  const own = { level: 'warn', ts: expect.any(String), msg: 'failed' };
  expect(lines.filter(({ msg }) => msg === 'applied')).toHaveLength(200);
  expect(lines.filter(({ msg }) => msg === 'failed')).toEqual([
    ...Array.from({ length: 10 }, (_, i) => ({ ...own, i })),
    { ...own, i: 200, repeated: 190 },
  ]);
});
