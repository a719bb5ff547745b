import { requestUser } from '../../control-plane/index.ts';

/** The environment variables that carry the shared control plane from Jest's global setup to the tests. */
export const sharedVariables = {
  kubeconfig: 'FLUXBLUEPRINT_TEST_KUBECONFIG',
  url: 'FLUXBLUEPRINT_TEST_URL',
  socket: 'FLUXBLUEPRINT_TEST_SOCKET',
  /** The bundled program. */
  bundle: 'FLUXBLUEPRINT_TEST_BUNDLE',
} as const;

/** The control plane that all tests of a run share. Tests keep apart by namespaces of their own. */
export interface SharedControlPlane {
  /** The administrator's kubeconfig. */
  readonly kubeconfigPath: string;
  readonly url: string;
  /** Makes a user known to the API server by client certificate; it has no rights but those of its groups. */
  addUser(name: string, groups?: string[]): Promise<{ kubeconfigPath: string }>;
}

function readVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: Jest's global setup starts the control plane`);
  return value;
}

/**
 * The control plane that Jest's global setup has started, with Flux's CRDs, our ExternalSecret CRD and the
 * project's own. Throws outside of Jest.
 */
export function sharedControlPlane(): SharedControlPlane {
  const socketPath = readVariable(sharedVariables.socket);
  return {
    kubeconfigPath: readVariable(sharedVariables.kubeconfig),
    url: readVariable(sharedVariables.url),
    addUser: (name, groups) => requestUser(socketPath, name, groups),
  };
}
