import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { GROUP } from '../../src/api/names.ts';
import { findFluxCrds } from '../control-plane/index.ts';
import { ChartFiles } from './chart.ts';
import { buildCliPage } from './cli-page.ts';
import { buildCrd, fullSchema } from './crd.ts';
import { describedProgram } from './described-program.ts';
import { buildEditorSchema } from './editor-schema.ts';
import { generateInstallation } from './installation.ts';
import { generateFluxSchemas } from './flux-schemas.ts';
import { API_KINDS, BLUEPRINT, STORED_REVISION } from './kinds.ts';
import { buildLicences, listNeeded } from './licences.ts';
import { buildComponentPolicy } from './policy.ts';
import { buildReference } from './reference.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

async function write(path: string, content: string): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  process.stdout.write(`wrote ${path} (${Buffer.byteLength(content)} bytes)\n`);
}

const crds = await findFluxCrds();
const schema = fullSchema(BLUEPRINT);
await write('src/core/kinds/flux-schemas.generated.ts', await generateFluxSchemas(crds.dir));
const crdTexts: string[] = [];
for (const kind of API_KINDS) {
  const yaml = stringify(buildCrd(kind), { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
  const text = `# Generated from src/api/schema by \`make generate\`; do not edit.\n${yaml}`;
  await write(`crds/${GROUP}_${kind.plural}.yaml`, text);
  crdTexts.push(text);
}
await write(
  'config/admission/components.yaml',
  `# Generated from src/api/schema by \`make generate\`; do not edit.\n${buildComponentPolicy(schema)
    .map((object) => stringify(object, { lineWidth: 0, singleQuote: true }))
    .join('---\n')}`,
);
await write('src/cli/admin/parts.generated.ts', await generateInstallation(join(root, 'config')));
await write('docs/fluxblueprint.schema.json', `${JSON.stringify(buildEditorSchema(schema), null, 1)}\n`);
await write('docs/reference.md', buildReference(schema, fullSchema(STORED_REVISION)));
await write('docs/licences.md', buildLicences(await listNeeded(root)));
await write('docs/cli.md', buildCliPage(describedProgram()));
// The last: it reads what stands above.
for (const [name, text] of Object.entries(await ChartFiles.build(root, crdTexts)))
  await write(`charts/fluxblueprint/files/${name}.yaml`, text);
await write('docs/cli.md', buildCliPage(describedProgram()));
