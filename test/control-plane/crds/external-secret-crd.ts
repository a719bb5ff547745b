import { fileURLToPath } from 'node:url';

/** The file of our small ExternalSecret CRD (external-secrets.io/v1), for `ControlPlaneOptions.crds`. */
export const externalSecretCrdFile = fileURLToPath(new URL('external-secret-crd.yaml', import.meta.url));
