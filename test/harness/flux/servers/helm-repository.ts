import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { type Chart, describeChart, packChart } from './chart.ts';
import { type Serving, serve } from './serve.ts';

interface Published {
  chart: Chart;
  archive: Buffer;
  created: string;
}

/** A Helm repository: an index and the packed charts, behind HTTP. */
export class HelmRepository {
  readonly #serving: Serving;
  readonly #published: Map<string, Published>;

  private constructor(serving: Serving, published: Map<string, Published>) {
    this.#serving = serving;
    this.#published = published;
  }

  /** Starts one without charts. */
  static async start(host: string): Promise<HelmRepository> {
    const published = new Map<string, Published>();
    const serving = await serve(host, (request, response) => {
      const found = published.get((request.url ?? '/').slice(1));
      if (request.url === '/index.yaml') response.end(describe(published));
      else if (found === undefined) response.writeHead(404).end();
      else response.end(found.archive);
      return Promise.resolve();
    });
    return new HelmRepository(serving, published);
  }

  /** Where Flux fetches it. */
  get url(): string {
    return this.#serving.url;
  }

  /** Adds charts, or another content of the same version. */
  async publish(...charts: Chart[]): Promise<void> {
    for (const chart of charts) {
      const published = { chart, archive: await packChart(chart), created: new Date().toISOString() };
      this.#published.set(`${chart.name}-${chart.version}.tgz`, published);
    }
  }

  close(): Promise<void> {
    return this.#serving.close();
  }
}

function describe(published: ReadonlyMap<string, Published>): string {
  const entries: Record<string, object[]> = {};
  for (const [file, { chart, archive, created }] of published) {
    const digest = createHash('sha256').update(archive).digest('hex');
    (entries[chart.name] ??= []).push({ ...describeChart(chart), urls: [file], digest, created });
  }
  return stringify({ apiVersion: 'v1', generated: new Date().toISOString(), entries });
}
