import { askKeeper } from './supervisor/keeper-socket.ts';

/**
 * Asks the keeper of a control plane for a user with a client certificate of its own (name as CN, groups as O).
 * Works from any process on this machine. Rejects when the control plane is gone.
 */
export async function requestUser(
  socketPath: string,
  name: string,
  groups: readonly string[] = [],
): Promise<{ kubeconfigPath: string }> {
  return await askKeeper(socketPath, `cannot add the user ${name}`, '/users', { name, groups });
}
