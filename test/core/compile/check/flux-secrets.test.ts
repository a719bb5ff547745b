import { expect, test } from '@jest/globals';
import { problemsOf } from '../../compiling.ts';

/** A blueprint with the same text in every field of which Flux has a grammar of its own. */
function plant(text: string): object {
  const target = { kind: text };
  return {
    sources: [
      { name: 'a', git: { url: `https://u:${text}@x:y/`, ref: { semver: text, name: `/${text}/` } } },
      { name: 'b', oci: { url: `oci://x/${text}:${text}`, ref: { digest: text } } },
      { name: 'c', oci: { url: `oci://x/y`, ref: { semver: text, semverFilter: `(${text}` } } },
      { name: 'd', helm: { url: `oci://${text}` } },
    ],
    layers: [
      {
        name: 'k',
        source: 'a',
        kustomization: {
          targetNamespace: text,
          healthCheckExprs: [{ apiVersion: 'v1', kind: 'A', current: `"${text}` }],
          dependsOn: [{ name: text, readyExpr: text }],
          patches: [{ patch: `- ${text}` }, { patch: 'a', target: { ...target, name: `${text}(` } }],
        },
      },
      {
        name: 'h',
        source: 'd',
        helmRelease: { releaseName: text, chart: { spec: { chart: text, version: text } } },
      },
    ],
    secrets: { sops: { secretRef: { name: 's' }, creationRules: [{ age: text, path_regex: `(${text}` }] } },
    notifications: {
      receivers: [{ name: 'r', type: 'generic', secretRef: { name: 's' }, resourceFilter: text }],
    },
  };
}

test.each(['correct horse battery', `ghp_${'S3cr3t'.repeat(6)}`])(
  'no message repeats what Flux would refuse, because it may be a secret',
  (text) => {
    const problems = problemsOf(plant(text));
    expect(new Set(problems.map(({ path }) => path)).size).toBeGreaterThanOrEqual(15);
    expect(JSON.stringify(problems.map(({ message }) => message))).not.toContain(text);
  },
);
