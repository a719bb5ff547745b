import type { Choice, ScaffoldFile } from './choice.ts';

/** A text indented by some spaces, but for empty lines. */
export function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}

/** The account of the platform's blueprint, where there are tenants: then every blueprint needs one. */
export function account({ tenants }: Choice): string {
  return tenants.length === 0 ? '' : '  serviceAccountName: platform-admin\n';
}

/** The file with that account; none without tenants. */
export function accountFiles({ tenants }: Choice, folder: string): ScaffoldFile[] {
  if (tenants.length === 0) return [];
  return [
    {
      path: `${folder}/platform-admin.yaml`,
      about: 'is the account that the platform is written as; give it less where you can',
      content: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: platform-admin
  namespace: flux-system
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: platform-admin
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: platform-admin, namespace: flux-system }]
`,
    },
  ];
}

/** What every blueprint begins with. */
export function head(about: string, name: string, namespace = 'flux-system'): string {
  return `# ${about}
apiVersion: fluxblueprint.io/v1beta1
kind: FluxBlueprint
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
`;
}

/** The part of a blueprint's spec by which Flux decrypts; empty without SOPS. */
export function secrets({ sops }: Choice): string {
  if (sops === undefined) return '';
  return `  secrets:
    # The private key, made by: fluxblueprint sops keygen -n flux-system
    sops: { secretRef: { name: sops-age } }
`;
}

/** The part of a blueprint's spec that sends alerts; empty without. */
export function notifications({ alerts }: Choice): string {
  if (alerts === undefined) return '';
  return `  notifications:
    providers:
      # kubectl create secret generic ${alerts}-webhook -n flux-system --from-literal=address=https://…
      - { name: ${alerts}, type: ${alerts}, secretRef: { name: ${alerts}-webhook } }
    alerts:
      # All that the blueprint generates, by its exact names.
      - { name: on-call, providerRef: { name: ${alerts} }, eventSeverity: error }
`;
}

/**
 * The part of a blueprint's spec with its environments; empty without.
 *
 * @param layers the changes of an environment to the layers, in YAML
 */
export function environments({ environments: names }: Choice, layers: (name: string) => string): string {
  if (names.length === 0) return '';
  const items = names.map((name, i) => {
    const before = names[i - 1];
    const isLast = i === names.length - 1;
    return [
      `- name: ${name}`,
      // The last is the one that matters most, and keeps plain names.
      ...(isLast ? ["  suffix: ''"] : []),
      ...(before === undefined ? [] : [`  after: ${before}`]),
      ...(i === 0 ? ['  # On a cluster of its own: kubeConfig: { secretRef: { name: … } }'] : []),
      `  variables: { substitute: { ENVIRONMENT: ${name} } }`,
      layers(name),
    ].join('\n');
  });
  return `  # A change reaches each when the one before is ready with it.\n  environments:\n${indent(items.join('\n'), 4)}\n`;
}

/** The rules by which files are encrypted, and where they begin to be: none without SOPS. */
export function sopsFiles({ sops }: Choice, folder: string): ScaffoldFile[] {
  if (sops === undefined || sops === '') return [];
  return [
    {
      path: `${folder}.sops.yaml`,
      about: 'says which values sops encrypts, and to whom',
      content: `creation_rules:
  - path_regex: .*\\.ya?ml$
    encrypted_regex: ^(data|stringData)$
    age: ${sops}
`,
    },
  ];
}

/** The folders of a layer: one, or one for each environment, so that none writes over what another deploys. */
export function layerFolders({ environments: names }: Choice, path: string, about: string): ScaffoldFile[] {
  if (names.length === 0) return kustomizeFolder(path, 'replace-me', about);
  return names.flatMap((name) =>
    kustomizeFolder(`${path}/${name}`, `replace-me-${name}`, `${about} in ${name}`),
  );
}

/** The paths of layers in an environment. */
export function layerPaths(layers: readonly string[], name: string): string {
  const items = layers.map((layer) => `- { name: ${layer}, path: ./${layer}/${name} }`);
  return `  layers:\n${indent(items.join('\n'), 4)}`;
}

/** A folder that kustomize builds, with one object to be replaced. */
export function kustomizeFolder(path: string, name: string, about: string): ScaffoldFile[] {
  return [
    {
      path: `${path}/kustomization.yaml`,
      about,
      content: `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ${name}.yaml
`,
    },
    {
      path: `${path}/${name}.yaml`,
      about: 'stands for what you deploy there: replace it',
      content: `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: default
data:
  replace: me
`,
    },
  ];
}

/** A tenant: a namespace, an account with the rights of admin in it, and a blueprint that is written as the account. */
export function tenantFile(tenant: string, folder: string): ScaffoldFile {
  const binding = (name: string, role: string): string => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${name}
  namespace: ${tenant}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }
subjects: [{ kind: ServiceAccount, name: deployer, namespace: ${tenant} }]
`;
  return {
    path: `${folder}/${tenant}.yaml`,
    about: `gives the tenant ${tenant} a namespace, an account, and a blueprint that can do no more than that account`,
    content: `apiVersion: v1
kind: Namespace
metadata:
  name: ${tenant}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: deployer
  namespace: ${tenant}
${binding('deployer', 'admin')}${binding('deployer-generate', 'fluxblueprint-generate')}---
${head(`What the tenant ${tenant} deploys, with the rights of its account.`, tenant, tenant)}  serviceAccountName: deployer
  sources:
    - name: apps
      git: { url: https://github.com/org/${tenant}-apps, ref: { branch: main } }
  layers:
    - { name: apps, path: ./, kustomization: { targetNamespace: ${tenant} } }
`,
  };
}
