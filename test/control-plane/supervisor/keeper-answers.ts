import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a keeper does for those who ask on its socket: by path, from the question to the answer, both JSON. */
export type KeeperDeeds = Readonly<Record<string, (question: never) => Promise<object>>>;

/** Answers one question on the keeper's socket; a failure is told with status 500. */
export async function answerQuestion(
  deeds: KeeperDeeds,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const deed = deeds[incoming.url ?? ''];
    if (deed === undefined) throw new Error(`a keeper does nothing at ${incoming.url ?? ''}`);
    response.end(JSON.stringify(await deed(JSON.parse(body) as never)));
  } catch (error) {
    response.statusCode = 500;
    response.end(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
  }
}
