import { FLEET } from '../core/lint/linting.ts';

/** The path of a problem in a golden blueprint: for each rule that a row names, or wherever it says so, one or more. */
export interface Refused {
  golden: string;
  at: readonly string[];
}

/** A spec in which a rule of lint finds what a row says. */
export interface Found {
  finds: object;
}

const sources = (...at: string[]): Refused => refusedIn('sources', 'spec.sources', at);
const components = (...at: string[]): Refused => refusedIn('components', 'spec.layers', at);
const notifications = (...at: string[]): Refused => refusedIn('notifications', 'spec.notifications.', at);
const images = (...at: string[]): Refused => refusedIn('images', 'spec.layers[0].components', at);

function refusedIn(name: string, root: string, at: readonly string[]): Refused {
  return { golden: `flux-refuses-${name}`, at: at.map((path) => `${root}${path}`) };
}

const CHART = { chart: { spec: { chart: './web' } } };
const PROVIDER = { name: 'chat', type: 'slack', secretRef: { name: 'chat' } };

/**
 * What shows each row of the table in `docs/flux-refusals.md`, by its first two cells. Rows that nothing tells, because
 * no blueprint shows it, have none.
 */
export const SHOWN: Readonly<Record<string, Refused | Found>> = {
  'all: a duration of more than 2562047h: the kind cannot be listed': components(
    '[0].kustomization.interval',
  ),
  'all: a reference to a name or namespace that nothing can have': {
    golden: 'flux-refuses-names',
    at: [
      'spec.layers[0].kustomization.postBuild.substituteFrom[0].name',
      'spec.layers[0].kustomization.dependsOn[0].namespace',
    ],
  },
  'all: another namespace under `--no-cross-namespace-refs`': {
    golden: 'cross-namespace-refused',
    at: ['spec.layers[0].kustomization.sourceRef.namespace'],
  },
  'all: a Secret, ConfigMap or account that does not exist': {
    finds: { sources: [{ ...FLEET, git: { ...FLEET.git, secretRef: { name: 'key' } } }] },
  },
  'GitRepository: a URL that Go cannot parse, e.g. `ssh://host:org/repo`': sources(
    '[0].git.url',
    '[4].git.url',
  ),
  'GitRepository: SSH without a Secret': sources('[1].git.secretRef'),
  'GitRepository: provider github without a Secret': sources('[6].git.secretRef'),
  'GitRepository: `verify.mode` Tag or TagAndHEAD without a tag': sources(
    '[9].git.verify.mode',
    '[10].git.verify.mode',
  ),
  'GitRepository: `ref.semver` that Masterminds/semver refuses': sources('[7].git.ref.semver'),
  'GitRepository: `ref.name` with a slash at an end': sources('[8].git.ref.name'),
  'OCIRepository: a tag or digest in the URL, or no name of a repository': sources(
    '[11].oci.url',
    '[12].oci.url',
    '[14].oci.url',
  ),
  'OCIRepository: `ref.digest` that is no SHA-256': sources('[18].oci.ref.digest'),
  'OCIRepository: `ref.semver` or `ref.semverFilter` that cannot be read': sources(
    '[16].oci.ref.semver',
    '[17].oci.ref.semverFilter',
  ),
  'OCIRepository: `verify.provider: notation` without a Secret': sources('[19].oci.verify.secretRef'),
  'HelmRepository: `oci://` without `type: oci`, and the reverse': sources('[20].helm.url', '[21].helm.url'),
  'Bucket: an endpoint with a scheme or a path (generic, aws)': sources('[23].bucket.endpoint'),
  'Bucket: an address of `sts` that Go cannot parse': sources('[24].bucket.sts.endpoint'),
  'Kustomization: CEL that does not parse in `healthCheckExprs` or `readyExpr`': components(
    '[2].kustomization.healthCheckExprs[0].current',
    '[4].dependsOnObjects[0].readyExpr',
  ),
  'Kustomization: `readyExpr` with an unknown variable, or that is no boolean': components(
    '[3].kustomization.dependsOn[0].readyExpr',
    '[3].kustomization.dependsOn[1].readyExpr',
  ),
  'Kustomization: a JSON patch without a target, a target that is no RE2': components(
    '[5].kustomization.patches[0].target',
    '[5].kustomization.patches[2].target.name',
  ),
  'Kustomization: a name in `postBuild.substitute` that is none of a variable': {
    golden: 'variables-refused',
    at: ['spec.layers[1].kustomization.postBuild.substitute'],
  },
  'Kustomization: `targetNamespace` or `commonMetadata` that no object can have': components(
    '[1].kustomization.targetNamespace',
    '[1].kustomization.commonMetadata.labels.team',
  ),
  'Kustomization: a folder that the source leaves out': {
    finds: { sources: [{ ...FLEET, onlyPaths: ['infra'] }], layers: [{ name: 'apps', kustomization: {} }] },
  },
  'Kustomization: `dependsOn` on a name that is of the other kind': {
    finds: {
      sources: [FLEET],
      layers: [
        { name: 'db', helmRelease: CHART },
        { name: 'apps', kustomization: { dependsOn: [{ name: 'db' }] } },
      ],
    },
  },
  'HelmRelease: CEL, patches, namespaces and folders as above': components(
    '[6].helmRelease.postRenderers[0].kustomize.patches[0].target',
    '[6].helmRelease.targetNamespace',
    '[6].helmRelease.storageNamespace',
  ),
  'HelmRelease: a chart or version that no index can have': components(
    '[6].helmRelease.chart.spec.chart',
    '[6].helmRelease.chart.spec.version',
  ),
  'HelmRelease: a name of a release that Helm refuses': components('[6].helmRelease.releaseName'),
  "Alert: `namespace: '*'` in a source: compared as it is": {
    finds: {
      sources: [FLEET],
      notifications: {
        providers: [PROVIDER],
        alerts: [
          {
            name: 'all',
            providerRef: { name: 'chat' },
            eventSources: [{ kind: 'GitRepository', name: 'fleet', namespace: '*' }],
          },
        ],
      },
    },
  },
  'Alert: an expression that RE2 refuses': notifications('alerts[0].inclusionList[0]'),
  'Provider: no address, token or channel': {
    finds: { notifications: { providers: [{ name: 'chat', type: 'slack' }] } },
  },
  'Provider: `commitStatusExpr` that does not parse': notifications('providers[0].commitStatusExpr'),
  "Receiver: `name: '*'` without `matchLabels`: every call fails": {
    finds: {
      sources: [FLEET],
      notifications: {
        receivers: [
          {
            name: 'hook',
            type: 'github',
            secretRef: { name: 'token' },
            resources: [{ kind: 'GitRepository', name: '*' }],
          },
        ],
      },
    },
  },
  'Receiver: `resourceFilter` or `filter` that does not compile': notifications(
    'receivers[1].resourceFilter',
    'receivers[3].resources[0].filter',
  ),
  'ImageRepository: a scheme, tag or digest in `image`': images(
    '[0].object.spec.image',
    '[1].object.spec.image',
  ),
  'ImagePolicy: a range or pattern that cannot be read': images(
    '[3].object.spec.policy.semver.range',
    '[3].object.spec.filterTags.pattern',
  ),
  'ImagePolicy: a `policy` without semver, alphabetical or numerical': images('[4].object.spec.policy'),
  'ImageUpdateAutomation: a GitRepository without `git`': images('[5].object.spec.git'),
};
