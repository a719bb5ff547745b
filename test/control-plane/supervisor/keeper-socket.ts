import { request } from 'node:http';

interface Answer {
  status: number;
  text: string;
}

async function post(socketPath: string, path: string, body: string): Promise<Answer> {
  return await new Promise<Answer>((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', path }, (response) => {
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
 * Asks the keeper of a control plane to do something, and answers what it said. Works from any process on this
 * machine. Rejects with `what` and the keeper's reason when it could not, or when the control plane is gone.
 */
export async function askKeeper<T extends object>(
  socketPath: string,
  what: string,
  path: string,
  question: object,
): Promise<T> {
  const { status, text } = await post(socketPath, path, JSON.stringify(question));
  const answer = JSON.parse(text) as T & { message?: string };
  if (status !== 200) throw new Error(`${what}: ${answer.message ?? `status ${status}`}`);
  return answer;
}
