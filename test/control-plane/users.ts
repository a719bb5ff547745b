import { request } from 'node:http';

interface Answer {
  status: number;
  text: string;
}

async function post(socketPath: string, body: string): Promise<Answer> {
  return await new Promise<Answer>((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', path: '/users' }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/**
 * Asks the keeper of a control plane for a user with a client certificate of its own (name as CN, groups as O).
 * Works from any process on this machine. Rejects when the control plane is gone.
 */
export async function requestUser(
  socketPath: string,
  name: string,
  groups: readonly string[] = [],
): Promise<{ kubeconfigPath: string }> {
  const { status, text } = await post(socketPath, JSON.stringify({ name, groups }));
  const answer = JSON.parse(text) as { kubeconfigPath?: string; message?: string };
  if (status !== 200 || answer.kubeconfigPath === undefined) {
    throw new Error(`cannot add the user ${name}: ${answer.message ?? `status ${status}`}`);
  }
  return { kubeconfigPath: answer.kubeconfigPath };
}
