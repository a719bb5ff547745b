import { KIND, STATUS_MANAGER, VERSION } from '../../../src/api/names.ts';
import { type KubeObject, refOf } from '../../../src/api/object.ts';
import { trackDesired, writeInventory } from '../../../src/core/objects/inventory.ts';
import type { Benchmark } from '../benchmark.ts';
import { type Figure, format } from '../../harness/measure/figure.ts';
import { readCpuMs } from '../../harness/measure/process-usage.ts';
import { median, round } from '../../harness/measure/statistics.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { CRD_VARIANTS, type CrdVariant, crdOf, policyOf } from '../../harness/api-server/crd-variants.ts';
import { blueprintOf, compileBlueprint, range } from '../stand/shapes.ts';
import { Stand } from '../stand/stand.ts';

const SIZES = [10, 100, 500, 2000];
/** Requests of each kind that are measured together. */
const REQUESTS = 8;
/** How often they are, the variants in turns. */
const ROUNDS = 3;
/** The share of the former cost that a write may have, and the size for which that is asked. */
const WANTED = { ofFormer: 0.5, size: 500 };

/** The requests that an operator and a person make of a blueprint, in the order of the columns. */
const REQUEST_KINDS = ['status by apply', 'metadata by merge patch', 'spec by apply', 'get'] as const;
type RequestKind = (typeof REQUEST_KINDS)[number];
type Costs = Readonly<Record<RequestKind, number>>;

/** What the API server spends on a request for a blueprint, by what its CRD holds. */
export const store: Benchmark = {
  name: 'store',
  measure: (options) =>
    Stand.with(options, async (stand) => {
      for (const variant of CRD_VARIANTS) await stand.client.apply(await crdOf(variant));
      for (const object of await policyOf(CRD_VARIANTS[0])) await stand.client.apply(object);
      await untilServed(stand);
      const figures: Figure[] = [];
      for (const size of SIZES) {
        options.report(`store: a blueprint of ${size} components`);
        figures.push(...(await measureSize(stand, size)));
      }
      return figures;
    }),
};

async function untilServed({ client }: Stand): Promise<void> {
  await waitFor('all variants of the CRD are served', async () => {
    await client.discovery.refresh();
    return CRD_VARIANTS.every(({ group }) => client.discovery.find(group, KIND) !== undefined);
  });
}

interface Measured {
  variant: CrdVariant;
  costs: Costs;
  /** Bytes of the managed fields of the blueprint. */
  managedFields: number;
}

async function measureSize(stand: Stand, size: number): Promise<Figure[]> {
  const namespace = await stand.client.makeNamespace(`store-${size}`);
  const samples = new Map<CrdVariant, Costs[]>();
  for (const variant of CRD_VARIANTS) {
    const requests = new Requests(variant, namespace, size);
    for (const kind of ['spec by apply', 'status by apply'] as const) await requests.send(stand, kind, 'new');
  }
  for (const round of range(ROUNDS)) {
    for (const variant of CRD_VARIANTS) {
      const costs = await measureRequests(stand, new Requests(variant, namespace, size), round);
      samples.set(variant, [...(samples.get(variant) ?? []), costs]);
    }
  }
  const measured = await Promise.all(
    [...samples].map(async ([variant, all]): Promise<Measured> => {
      const stored = await new Requests(variant, namespace, size).get(stand);
      return {
        variant,
        costs: mapKinds((kind) => median(all.map((costs) => costs[kind]))),
        managedFields: JSON.stringify(stored?.metadata.managedFields ?? []).length,
      };
    }),
  );
  return measured.map((each) => toFigure(each, measured, size));
}

/** The processor time of the API server for one request of each kind, in milliseconds. */
async function measureRequests(stand: Stand, requests: Requests, round: number): Promise<Costs> {
  const pid = stand.controlPlane.pids.kubeApiserver;
  const costs: Record<string, number> = {};
  for (const kind of REQUEST_KINDS) {
    // What garbage the others have left is not this one's, and a first request of this kind may compile something.
    await requests.send(stand, kind, `${round}-first`);
    const before = await readCpuMs(pid);
    for (const i of range(REQUESTS)) await requests.send(stand, kind, `${round}-${i}`);
    costs[kind] = ((await readCpuMs(pid)) - before) / REQUESTS;
  }
  return costs as Costs;
}

/** The requests for a blueprint under one variant of the CRD. */
class Requests {
  readonly #blueprint: KubeObject;
  readonly #status: object;

  constructor({ group }: CrdVariant, namespace: string, size: number) {
    const blueprint = blueprintOf(namespace, size);
    const objects = compileBlueprint(blueprint);
    this.#blueprint = { ...blueprint, apiVersion: `${group}/${VERSION}` };
    this.#status = {
      observedGeneration: 1,
      inventory: writeInventory(objects.map((object) => trackDesired(object))),
    };
  }

  /** Reads the blueprint. */
  async get({ client }: Stand): Promise<KubeObject | undefined> {
    return client.cluster.get(refOf(this.#blueprint));
  }

  /** Sends a request of one kind. A write with another mark than the last one changes one field. */
  async send(stand: Stand, kind: RequestKind, mark: string): Promise<void> {
    const { cluster } = stand.client;
    const { apiVersion, metadata } = this.#blueprint;
    const { name, namespace } = metadata;
    const status = { ...this.#status, lastHandledReconcileAt: mark };
    const annotations = { 'example.com/mark': mark };
    switch (kind) {
      case 'spec by apply':
        await stand.client.apply(changeOne(this.#blueprint, mark));
        return;
      case 'status by apply':
        await cluster.applyStatus(
          { apiVersion, kind: KIND, metadata: { name, namespace }, status } as KubeObject,
          {
            fieldManager: STATUS_MANAGER,
          },
        );
        return;
      case 'metadata by merge patch':
        await cluster.merge(
          refOf(this.#blueprint),
          { metadata: { annotations } },
          { fieldManager: 'annotator' },
        );
        return;
      case 'get':
        await this.get(stand);
    }
  }
}

/** The blueprint with another folder of its first component. */
function changeOne(blueprint: KubeObject, mark: string): KubeObject {
  const { spec } = blueprint as KubeObject & { spec: { layers: { components: object[] }[] } };
  const [
    {
      components: [first, ...others],
      ...layer
    },
    ...layers
  ] = spec.layers as [Layer, ...Layer[]];
  const changed = { ...layer, components: [{ ...first, path: `./${mark}` }, ...others] };
  return { ...blueprint, spec: { ...spec, layers: [changed, ...layers] } };
}

interface Layer {
  components: object[];
}

function mapKinds(valueOf: (kind: RequestKind) => number): Costs {
  return Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, valueOf(kind)])) as Costs;
}

/** One row: the shipped CRD is held against what it was. */
function toFigure(
  { variant, costs, managedFields }: Measured,
  all: readonly Measured[],
  size: number,
): Figure {
  const [shipped, former] = all;
  const shown = REQUEST_KINDS.map((kind) => `${kind} ${format(round(costs[kind]))} ms`).join(', ');
  const figure = {
    figure: `store ${size} components, ${variant.name}`,
    got: `${shown}; managed fields ${Math.round(managedFields / 1000)} kB`,
    numbers: {
      ...Object.fromEntries(REQUEST_KINDS.map((kind) => [toKey(kind), round(costs[kind])])),
      managedFields,
    },
  };
  if (shipped?.variant !== variant || former === undefined || size !== WANTED.size) return figure;
  const writes = REQUEST_KINDS.filter((kind) => kind !== 'get');
  return {
    ...figure,
    toReach: `writes at ${WANTED.ofFormer} of the former cost or less`,
    reached: writes.every((kind) => costs[kind] <= former.costs[kind] * WANTED.ofFormer),
  };
}

/** `status by apply` as `statusByApplyMs`. */
function toKey(kind: RequestKind): string {
  return `${kind.replaceAll(/ ./g, (letters) => letters.trim().toUpperCase())}Ms`;
}
