import { parseArgs } from 'node:util';
import type { Attack } from './attack.ts';
import { ATTACKS } from './attacks/index.ts';

/** What the command line says. */
export interface SoakOptions {
  /** How long the whole takes, without its beginning and end. */
  minutes: number;
  /** How many tenants there are, hostile and good. */
  tenants: number;
  seed: number;
  attacks: readonly Attack[];
  /** Where the JSON goes. */
  output: string;
}

/** Reads the command line. Throws where it is wrong, with what is allowed. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '30' },
      tenants: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      only: { type: 'string' },
      output: { type: 'string', short: 'o', default: 'soak.json' },
    },
  });
  return {
    minutes: readNumber('--minutes', values.minutes, 0.2, 24 * 60),
    tenants: Math.floor(readNumber('--tenants', values.tenants, 2, 100)),
    seed: Math.floor(readNumber('--seed', values.seed, 0, 2 ** 31)),
    attacks: chooseAttacks(values.only),
    output: values.output,
  };
}

function readNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text !== '' && number >= least && number <= most) return number;
  throw new Error(`${flag} must be a number between ${least} and ${most}, and is ${JSON.stringify(text)}`);
}

function chooseAttacks(only: string | undefined): readonly Attack[] {
  const names = only?.split(',') ?? ATTACKS.map(({ name }) => name);
  const unknown = names.filter((name) => !ATTACKS.some((attack) => attack.name === name));
  if (unknown.length === 0) return ATTACKS.filter(({ name }) => names.includes(name));
  const known = ATTACKS.map(({ name }) => name).join(', ');
  throw new Error(`--only names no attack ${unknown.join(', ')}; there are ${known}`);
}
