import { expect, test } from '@jest/globals';
import type { KubeObject } from '../../../src/api/object.ts';
import { checkFlags, checkFlux, outlineController } from '../../../src/core/fitness/controllers.ts';
import {
  checkCrd,
  checkInstalledVersion,
  neededKinds,
  outlineCrd,
  ownKinds,
} from '../../../src/core/fitness/crds.ts';
import { checkKubernetes, compareVersions } from '../../../src/core/fitness/finding.ts';
import { checkRights, isAllowed, reviewOf, rightsOf } from '../../../src/core/fitness/rights.ts';

test.each([
  ['v1.30.0', '1.30', 0],
  ['v1.35.4', '1.30', 5],
  ['v1.9.0', '1.30', -21],
  ['1.30.2-eks-abc', '1.30', 2],
  ['nonsense', '1.30', undefined],
  ['v1.2.3.4', '1', undefined],
])('%s against %s', (version, least, difference) => {
  expect(compareVersions(version, least)).toBe(difference);
});

test('an old Kubernetes is not fit, and one without a version is told', () => {
  expect(checkKubernetes('v1.29.9')).toMatchObject({ state: 'bad' });
  expect(checkKubernetes('edge')).toMatchObject({ state: 'warning' });
});

test('the kinds that are needed are those of Flux by their names', () => {
  expect(neededKinds().map(({ name, version }) => `${name}/${version}`)).toEqual([
    'helmreleases.helm.toolkit.fluxcd.io/v2',
    'kustomizations.kustomize.toolkit.fluxcd.io/v1',
    'alerts.notification.toolkit.fluxcd.io/v1beta3',
    'providers.notification.toolkit.fluxcd.io/v1beta3',
    'receivers.notification.toolkit.fluxcd.io/v1',
    'buckets.source.toolkit.fluxcd.io/v1',
    'gitrepositories.source.toolkit.fluxcd.io/v1',
    'helmcharts.source.toolkit.fluxcd.io/v1',
    'helmrepositories.source.toolkit.fluxcd.io/v1',
    'ocirepositories.source.toolkit.fluxcd.io/v1',
    'externalsecrets.external-secrets.io/v1',
  ]);
});

const [kind = { name: '', version: '', remedy: '' }] = ownKinds();

function crd(versions: unknown, established: string): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: kind.name },
    spec: { versions },
    status: { conditions: [{ type: 'Established', status: established }] },
  };
}

test.each([
  [undefined, 'bad'],
  [crd([{ name: 'v1beta1', served: true }], 'True'), 'good'],
  [crd([{ name: 'v1beta1', served: true }], 'False'), 'bad'],
  [crd([{ name: 'v1beta1', served: false }], 'True'), 'bad'],
  [crd([null, 7, { served: true }], 'True'), 'bad'],
  [crd('nonsense', 'True'), 'bad'],
])('a CRD %# is %s', (object, state) => {
  expect(checkCrd(kind, object && outlineCrd(object))).toMatchObject({ state });
});

test('a kind that only some blueprints need may be missing', () => {
  expect(checkCrd({ ...kind, optional: true }, undefined)).toMatchObject({ state: 'warning' });
});

test('another version than the program’s is told', () => {
  expect(checkInstalledVersion('0.1.0', '0.1.0')).toBeUndefined();
  expect(checkInstalledVersion('0.2.0', '0.1.0')?.message).toMatch(/take the program of that version$/);
  expect(checkInstalledVersion('0.1.0', '0.2.0')?.message).toMatch(/fluxblueprint install$/);
});

function controller(name: string, args: readonly unknown[]): ReturnType<typeof outlineController> {
  return outlineController({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'flux-system', labels: { 'app.kubernetes.io/version': 'v2.9.4' } },
    spec: { template: { spec: { containers: [{ args }, 'nonsense'] } } },
  });
}

test('flags are read in every form', () => {
  const { flags } = controller('kustomize-controller', ['--a=b=c', '--d', 'e', '--f', '--g', 7, 'word']);
  expect([...flags]).toEqual([
    ['--a', 'b=c'],
    ['--d', 'e'],
    ['--f', 'true'],
    ['--g', 'word'],
  ]);
  expect(
    outlineController({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } }).flags.size,
  ).toBe(0);
});

test('a missing controller is told by what it does', () => {
  expect(checkFlux([])).toMatchObject([{ state: 'warning' }]);
  const messages = checkFlux([controller('source-controller', [])]).map(({ message }) => message);
  expect(messages).toContain(
    'kustomize-controller, which applies Kustomizations, is not there: install it by flux install',
  );
});

test('flags of Flux and the operator have to agree', () => {
  const strict = ['--no-cross-namespace-refs=true'];
  const flux = ['kustomize', 'helm', 'notification'].map((name) => controller(`${name}-controller`, strict));
  expect(checkFlags(flux, controller('operator', []))).toMatchObject([{ state: 'warning' }]);
  expect(checkFlags(flux, controller('operator', ['--no-cross-namespace-refs']))).toMatchObject([
    { state: 'good' },
  ]);
  expect(
    checkFlags([...flux.slice(1), controller('kustomize-controller', [])], controller('operator', strict)),
  ).toMatchObject([{ state: 'warning', message: expect.stringContaining('and kustomize-controller not') }]);
  const locked = [controller('kustomize-controller', ['--default-service-account=default'])];
  expect(checkFlags(locked, controller('operator', []))).toMatchObject([{ state: 'warning' }]);
  expect(checkFlags(locked, controller('operator', ['--require-service-account']))).toMatchObject([
    { state: 'good' },
  ]);
  expect(
    checkFlags([controller('source-controller', ['--watch-all-namespaces=false'])], undefined),
  ).toMatchObject([{ state: 'warning' }]);
});

test('rights are asked one by one, and those that are missing named', () => {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'r', namespace: 'n' },
    rules: [
      { apiGroups: ['fluxblueprint.io'], resources: ['fluxblueprints/status'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'], resourceNames: ['p'] },
      'nonsense',
    ],
  };
  const rights = rightsOf(role);
  expect(rights).toHaveLength(3);
  expect(reviewOf({ namespace: 'a', name: 'b' }, rights[0] ?? never())).toMatchObject({
    spec: {
      user: 'system:serviceaccount:a:b',
      resourceAttributes: {
        verb: 'patch',
        resource: 'fluxblueprints',
        subresource: 'status',
        namespace: 'n',
      },
    },
  });
  expect(isAllowed({ ...role, status: { allowed: true } })).toBe(true);
  expect(isAllowed({ ...role, status: 'nonsense' })).toBe(false);
  expect(checkRights('it', rights, rights.slice(0, 2)).message).toMatch(
    /^it may not patch fluxblueprints\/status\.fluxblueprint\.io in namespace n; get pods p in namespace n: /,
  );
});

function never(): never {
  throw new Error('there are rights');
}
