import type { IncomingMessage, ServerResponse } from 'node:http';

/** The requests that a keeper serves on its socket, by path. Question and answer are JSON. */
export type KeeperHandlers = Readonly<Record<string, (question: never) => Promise<object>>>;

/** Answers one question on the keeper's socket; a failure is answered with status 500. */
export async function answerQuestion(
  handlers: KeeperHandlers,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const handle = handlers[incoming.url ?? ''];
    if (handle === undefined) throw new Error(`a keeper does nothing at ${incoming.url ?? ''}`);
    response.end(JSON.stringify(await handle(JSON.parse(body) as never)));
  } catch (error) {
    response.statusCode = 500;
    response.end(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
  }
}
