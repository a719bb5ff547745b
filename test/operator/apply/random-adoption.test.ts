import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FIELD_MANAGER } from '../../../src/api/names.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { refOf } from '../../../src/api/object.ts';
import { planTakeOver, toTakeOverPatch } from '../../../src/core/adoption/take-over.ts';
import { FLUX_SCHEMAS } from '../../../src/core/kinds/flux-schemas.generated.ts';
import { GENERATED_KINDS } from '../../../src/core/kinds/index.ts';
import { withoutEmptiedMaps } from '../../../src/core/plan/emptied-maps.ts';
import { isReason } from '../../../src/ports/cluster.ts';
import { specsOf } from '../../core/import/schema-arbitrary.ts';
import { type BareCluster, startBareCluster } from '../../harness/operator/cluster.ts';
import { FORMER_APPLIERS, kustomizeController } from '../../harness/blueprint/former-appliers.ts';
import { Tenant } from '../../harness/blueprint/tenant.ts';

let cluster: BareCluster;

beforeAll(async () => {
  cluster = await startBareCluster();
});

afterAll(() => cluster.stop());

const marks = fc.dictionary(fc.constantFrom('team', 'note', 'example.com/x'), fc.constantFrom('a', 'b'), {
  maxKeys: 2,
});

/** The kinds with a block or list of their own in a blueprint. */
const KINDS = Object.entries(FLUX_SCHEMAS).filter(([key]) =>
  GENERATED_KINDS.some(({ group, kind }) => key === `${group}/${kind}`),
);

/** A kind of Flux, what two appliers say of an object one after the other, and what a blueprint says of it. */
const cases = fc.oneof(
  ...KINDS.map(([key, { version, spec }]) => {
    const [group = '', kind = ''] = key.split('/');
    // A suspension by hand stays, and some of the appliers cannot be told from people.
    const specs = specsOf(spec).map((one) => ({ ...one, suspend: undefined }));
    const said = fc.record({ spec: specs, labels: marks, annotations: marks });
    return fc.record({
      apiVersion: fc.constant(`${group}/${version}`),
      kind: fc.constant(kind),
      former: fc.array(said, { minLength: 1, maxLength: 2 }),
      wanted: said,
      appliers: fc.tuple(
        fc.constantFrom(...Object.keys(FORMER_APPLIERS)),
        fc.constantFrom(...Object.keys(FORMER_APPLIERS)),
      ),
    });
  }),
);

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;
type Said = Case['wanted'];

let number = 0;

function toObject({ apiVersion, kind }: Case, namespace: string, said: Said): KubeObject {
  const { labels, annotations, spec } = said;
  return { apiVersion, kind, metadata: { name: `o${number}`, namespace, labels, annotations }, spec };
}

/** What the API server takes and holds; undefined where it refuses it by a rule that the schemas do not tell. */
async function unlessInvalid(write: () => Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await write();
  } catch (error) {
    if (isReason(error, 'Invalid', 'BadRequest')) return undefined;
    throw error;
  }
}

function contentOf({ metadata: { labels, annotations }, spec }: KubeObject): unknown {
  return { labels, annotations, spec };
}

/** Takes an object over and applies what is wanted, as the operator does. */
async function adopt(tenant: Tenant, wanted: KubeObject): Promise<KubeObject> {
  const { cluster: api } = tenant.client;
  let live = await api.get(refOf(wanted));
  if (live === undefined) throw new Error('there is nothing to adopt');
  const plan = planTakeOver(live, wanted);
  const options = { fieldManager: FIELD_MANAGER };
  if (plan !== undefined) live = await api.merge(refOf(wanted), toTakeOverPatch(live, plan), options);
  const before = withoutEmptiedMaps(wanted, live);
  if (before !== undefined) await api.apply(before, options);
  return api.apply(wanted, options);
}

test('whatever Flux objects said, and whoever said it, they become what the blueprint says', async () => {
  const tenant = await Tenant.open(cluster.client);
  const model = await Tenant.open(cluster.client);
  let adopted = 0;
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      number++;
      for (const [i, said] of one.former.entries()) {
        const applier = FORMER_APPLIERS[one.appliers[i] ?? ''] ?? kustomizeController;
        await unlessInvalid(() => applier.apply(tenant, toObject(one, tenant.namespace, said)));
      }
      const wanted = toObject(one, tenant.namespace, one.wanted);
      if ((await cluster.client.cluster.get(refOf(wanted))) === undefined) return;
      const fresh = await unlessInvalid(() =>
        cluster.client.apply(toObject(one, model.namespace, one.wanted), FIELD_MANAGER),
      );
      if (fresh === undefined) return;
      expect(contentOf(await adopt(tenant, wanted))).toEqual(contentOf(fresh));
      adopted++;
    }),
    { numRuns: 150 },
  );
  expect(adopted).toBeGreaterThan(40);
});
