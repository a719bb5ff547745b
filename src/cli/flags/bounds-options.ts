import { InvalidArgumentError, Option } from 'commander';

/** The values of the flags that bound what blueprints take of the operator and of the cluster. */
export interface BoundsOptions {
  /** What all manifests of a blueprint may take, in bytes. */
  maxBlueprintBytes: number;
  /** How many kinds that are not Flux's a blueprint may name. */
  maxKindsPerBlueprint: number;
  /** How many watches of objects that others make a blueprint may have. */
  maxWatchesPerBlueprint: number;
  /** How many such watches all blueprints may have together. */
  maxWatches: number;
  /** What the local copies of objects may take together, in bytes. */
  maxCacheBytes: number;
}

/** The flags that bound what blueprints take. */
export function boundsOptions(): Option[] {
  return [
    createBytesOption('--max-blueprint-bytes <bytes>', 'what all manifests of a blueprint may take', '32M'),
    createCountOption(
      '--max-kinds-per-blueprint <number>',
      'kinds that are not of Flux in the `object`s and dependsOnObjects of a blueprint',
      { most: 1000, byDefault: 32 },
    ),
    createCountOption(
      '--max-watches-per-blueprint <number>',
      'watches of what a blueprint waits for; the rest is read now and then',
      { most: 1000, byDefault: 50 },
    ),
    createCountOption(
      '--max-watches <number>',
      'such watches of all blueprints; a namespace has half of them',
      {
        most: 100_000,
        byDefault: 500,
      },
    ),
    createBytesOption(
      '--max-cache-bytes <bytes>',
      'local copies of objects, as JSON; of the rest the operator holds an outline',
      '40M',
    ),
  ];
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** The least that a bound in bytes can be: what a small blueprint takes. */
const LEAST_BYTES = 100_000;

function createBytesOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(readBytes).default(readBytes(byDefault), byDefault);
}

/** Reads a quantity of bytes as Kubernetes writes it, without fractions. */
function readBytes(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,15})(k|M|G|Ki|Mi|Gi)?$/.exec(text) ?? [];
  const bytes = digits === '' ? NaN : Number(digits) * (UNITS[unit] ?? NaN);
  if (!(bytes >= LEAST_BYTES && bytes <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError('It must be a number of bytes such as 32M or 64Mi, and 100k at least.');
  return bytes;
}

function createCountOption(
  flags: string,
  description: string,
  { most, byDefault }: { most: number; byDefault: number },
): Option {
  const read = (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(number <= most)) throw new InvalidArgumentError(`It must be a whole number between 0 and ${most}.`);
    return number;
  };
  return new Option(flags, description).argParser(read).default(byDefault);
}
