import type { IncomingHttpHeaders } from 'node:http';
import { readBody, type Serving, serve } from './serve.ts';
import { waitFor } from '../../wait-for.ts';

/** What somebody sent to a webhook. */
export interface Delivery {
  path: string;
  headers: IncomingHttpHeaders;
  /** As it was sent, for signatures. */
  body: string;
  /** When it came (monotonic, milliseconds). */
  ms: number;
}

/** A webhook receiver that keeps what it is sent. */
export class Webhook {
  /** The HTTP status that it answers. Default: 200. */
  status = 200;
  readonly #serving: Serving;
  readonly #deliveries: Delivery[];

  private constructor(serving: Serving, deliveries: Delivery[]) {
    this.#serving = serving;
    this.#deliveries = deliveries;
  }

  /** Starts one. */
  static async start(host: string): Promise<Webhook> {
    const deliveries: Delivery[] = [];
    const webhook: Webhook = new Webhook(
      await serve(host, async (request, response) => {
        const body = (await readBody(request)).toString();
        deliveries.push({ path: request.url ?? '/', headers: request.headers, body, ms: performance.now() });
        response.writeHead(webhook.status).end();
      }),
      deliveries,
    );
    return webhook;
  }

  /** Its address; any path below it is one too. */
  get url(): string {
    return this.#serving.url;
  }

  /** Everything that it was sent so far. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** Waits until it was sent something that `isWanted`. */
  async until(what: string, isWanted: (delivery: Delivery) => boolean): Promise<Delivery> {
    const value = await waitFor(what, () => this.#deliveries.find(isWanted));
    return value;
  }

  close(): Promise<void> {
    return this.#serving.close();
  }
}
