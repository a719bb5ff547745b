import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProgram, type Processes } from '../../../control-plane/index.ts';
import { type Chart, type ChartDescription, describeChart, packChart } from './chart.ts';
import { type Files, pack } from '../../files.ts';
import { waitFor } from '../../wait-for.ts';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** An artifact of one layer, with its configuration and annotations. */
interface Artifact {
  layer: { mediaType: string; content: Buffer };
  config: { mediaType: string; content: Buffer };
  annotations: Record<string, string>;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** The OCI registry of go-containerregistry, and what a person pushes to it. */
export class OciRegistry {
  /** Host and port. */
  readonly address: string;

  /** For a registry that runs already. */
  constructor(address: string) {
    this.address = address;
  }

  /** Starts one; it ends with `processes`. */
  static async start(processes: Processes, host: string): Promise<OciRegistry> {
    const { path } = await buildProgram('crane');
    const log = join(processes.folder, 'registry.log');
    await processes.run({ command: [path, 'registry', 'serve', '--address', `${host}:0`], env: {}, log });
    const port = await waitFor('the registry serves', async () => {
      return /serving on port (\d+)/u.exec(await readFile(log, 'utf8'))?.[1];
    });
    return new OciRegistry(`${host}:${port}`);
  }

  /** Where Flux fetches a repository. It takes `insecure: true`. */
  url(repository: string): string {
    return `oci://${this.address}/${repository}`;
  }

  /** Pushes files as `flux push artifact` does. Answers the revision in Flux's form. */
  async pushFiles(repository: string, tag: string, files: Files): Promise<string> {
    const revision = `e2e@sha1:${createHash('sha1').update(JSON.stringify(files)).digest('hex')}`;
    const artifact = {
      layer: { mediaType: 'application/vnd.cncf.flux.content.v1.tar+gzip', content: await pack(files) },
      config: { mediaType: 'application/vnd.cncf.flux.config.v1+json', content: Buffer.from('{}') },
      annotations: {
        'org.opencontainers.image.created': new Date().toISOString(),
        'org.opencontainers.image.source': 'e2e',
        'org.opencontainers.image.revision': revision,
      },
    };
    return `${tag}@${await this.#push(repository, tag, artifact)}`;
  }

  /** Pushes a chart as `helm push` does; its version is the tag. Answers the revision in Flux's form. */
  async pushChart(repository: string, chart: Chart): Promise<string> {
    return this.pushPackedChart(repository, describeChart(chart), await packChart(chart));
  }

  /** Pushes a chart that is packed, with what its Chart.yaml says. */
  async pushPackedChart(repository: string, description: ChartDescription, content: Buffer): Promise<string> {
    const { name, version } = description;
    const artifact = {
      layer: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', content },
      config: {
        mediaType: 'application/vnd.cncf.helm.config.v1+json',
        content: Buffer.from(JSON.stringify(description)),
      },
      annotations: { 'org.opencontainers.image.title': name },
    };
    return `${version}@${await this.#push(repository, version, artifact)}`;
  }

  async #push(repository: string, tag: string, { layer, config, annotations }: Artifact): Promise<string> {
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: await this.#pushBlob(repository, config),
      layers: [await this.#pushBlob(repository, layer)],
      annotations,
    };
    const content = Buffer.from(JSON.stringify(manifest));
    await this.#send('PUT', `${repository}/manifests/${tag}`, manifestType, content);
    return digestOf(content);
  }

  async #pushBlob(repository: string, { mediaType, content }: Artifact['layer']): Promise<Descriptor> {
    const digest = digestOf(content);
    await this.#send(
      'POST',
      `${repository}/blobs/uploads/?digest=${digest}`,
      'application/octet-stream',
      content,
    );
    return { mediaType, digest, size: content.length };
  }

  async #send(method: string, path: string, type: string, content: Buffer): Promise<void> {
    const response = await fetch(`http://${this.address}/v2/${path}`, {
      method,
      headers: { 'content-type': type },
      body: new Uint8Array(content),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  }
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
