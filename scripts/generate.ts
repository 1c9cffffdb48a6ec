import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandTable } from '../packages/cli/src/command-table/command-table.ts';
import { helpTopics } from '../packages/cli/src/help/topics.ts';
import { addOwnDocument, loadApiDocument } from './generate/api-document.ts';
import { writeClientApi, writeClientOperations } from './generate/client-writer.ts';
import { writeOptions } from './generate/option-writer.ts';
import { writeManualPage, writeReference, writeTopics } from './generate/reference-writer.ts';
import { writeRoutes } from './generate/route-writer.ts';
import { writeBodySchemas } from './generate/schema-writer.ts';
import { writeTypes } from './generate/type-writer.ts';

const root = join(import.meta.dirname, '..');
const engineApi = 'packages/engine-api';
const engineClient = 'packages/engine-client';
const banner = (source: string): string =>
  `// Generated from openapi/${source} by scripts/generate.ts. Do not edit.\n\n`;

/** Every generated file's text, by its path in the project. */
function generate(): Map<string, string> {
  const reference = [...writeReference(commandTable)];
  return new Map([
    ...generateApi(),
    ...reference.map(([name, text]) => [`docs/reference/${name}`, text] as const),
    ['docs/reference/daemon-options.md', writeOptions()],
    ['docs/reference/topics.md', writeTopics(helpTopics)],
    ['packaging/man/berth.1', writeManualPage(commandTable)],
  ]);
}

function generateApi(): Map<string, string> {
  const source = 'v1.55.yaml';
  const file = (name: string): string => join(root, engineApi, 'openapi', name);
  const engine = loadApiDocument(file(source), file('v1.51.yaml'));
  const document = addOwnDocument(engine, file('berth.yaml'));
  return new Map([
    [`${engineApi}/src/generated/types.ts`, banner(source) + writeTypes(document)],
    [`${engineApi}/src/generated/routes.ts`, banner(source) + writeRoutes(document)],
    [`${engineApi}/src/generated/body-schemas.ts`, banner(source) + writeBodySchemas(document)],
    [`${engineClient}/src/generated/api.ts`, banner(source) + writeClientApi(document)],
    [
      `${engineClient}/src/generated/operations.ts`,
      banner(source) + writeClientOperations(document),
    ],
  ]);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** `--check` writes nothing and fails when a committed file differs from what would be generated. */
function main(args: readonly string[]): number {
  const check = args.includes('--check');
  let stale = 0;
  for (const [name, text] of generate()) {
    const path = join(root, name);
    if (readText(path) === text) continue;
    stale += 1;
    if (!check) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    process.stdout.write(`${check ? 'stale' : 'wrote'}: ${name}\n`);
  }
  if (check && stale > 0) process.stderr.write('run "npm run generate" and commit the result\n');
  return check && stale > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
