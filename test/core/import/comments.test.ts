import { expect, test } from '@jest/globals';
import { importFiles, onlyText } from './repositories.ts';

test('comments stay: those in values where they are, others before the item of their object', () => {
  const text = onlyText(
    importFiles({
      'web.yaml': `# yaml-language-server: $schema=x
# The shop.
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: flux-system
spec:
  interval: 15m # as charts are
  chartRef: {kind: OCIRepository, name: web}
  values:
    # How many.
    replicas: 2
    image:
      # renovate: x
      tag: "1"
      list:
        # The first.
        - a
---
# Its chart.
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: web, namespace: flux-system}
spec: {interval: 10m, url: "oci://example.com/web", layerSelector: {operation: copy}}
`,
    }),
  );
  expect(text).toContain(`  layers:
    # The shop.
    # as charts are
    # Its chart.
    - name: web
`);
  // What stands before the first item of a list comes to stand before the list.
  expect(text).toContain(`        values:
          # How many.
          replicas: 2
          image:
            # renovate: x
            tag: "1"
            # The first.
            list:
              - a
`);
  expect(text).not.toContain('yaml-language-server');
});
