import type { Choice, ScaffoldFile } from './choice.ts';
import { environments, head, notifications, secrets, sopsFiles } from './parts.ts';

/** One component in one file: its chart, where it goes, and its values. */
export function component(choice: Choice): ScaffoldFile[] {
  const values = (name: string): string =>
    `  layers: [{ name: podinfo, helmRelease: { targetNamespace: podinfo-${name} } }]`;
  return [
    {
      path: 'podinfo/blueprint.yaml',
      about: 'is the component: its chart, the namespace that it is made in, and its values',
      content: `${head('A component as it is often written in four files (namespace, repository, release, kustomization).', 'podinfo')}${secrets(choice)}  layers:
    - name: podinfo
      oci:
        url: oci://ghcr.io/stefanprodan/charts/podinfo
        ref: { semver: 6.x }
      helmRelease:
        targetNamespace: podinfo
        install: { createNamespace: true, remediation: { retries: 3 } }
        values: { replicaCount: 2 }
${environments(choice, values)}${notifications(choice)}`,
    },
    ...sopsFiles(choice, ''),
  ];
}
