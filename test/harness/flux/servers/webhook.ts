import type { IncomingHttpHeaders } from 'node:http';
import { readBody, type Serving, serve } from './serve.ts';
import { waitFor } from '../../wait-for.ts';

/** A request that a webhook received. */
export interface Delivery {
  path: string;
  headers: IncomingHttpHeaders;
  /** Byte for byte, so that signatures can be checked. */
  body: string;
  /** When it arrived (monotonic, milliseconds). */
  ms: number;
}

/** A webhook receiver that records its requests. */
export class Webhook {
  /** The HTTP status of its answers. Default: 200. */
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

  /** All requests so far. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** Waits for a request for which `isWanted` holds, and answers the first one. */
  async until(what: string, isWanted: (delivery: Delivery) => boolean): Promise<Delivery> {
    const value = await waitFor(what, () => this.#deliveries.find(isWanted));
    return value;
  }

  close(): Promise<void> {
    return this.#serving.close();
  }
}
