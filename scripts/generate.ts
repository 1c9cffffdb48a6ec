import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addOwnDocument, loadApiDocument } from './generate/api-document.ts';
import { writeRoutes } from './generate/route-writer.ts';
import { writeBodySchemas } from './generate/schema-writer.ts';
import { writeTypes } from './generate/type-writer.ts';

const engineApi = join(import.meta.dirname, '..', 'packages', 'engine-api');
const target = join(engineApi, 'src', 'generated');
const banner = (source: string): string =>
  `// Generated from openapi/${source} by scripts/generate.ts. Do not edit.\n\n`;

/** Every generated file's text, by file name. */
function generate(): Map<string, string> {
  const source = 'v1.55.yaml';
  const file = (name: string): string => join(engineApi, 'openapi', name);
  const engine = loadApiDocument(file(source), file('v1.51.yaml'));
  const document = addOwnDocument(engine, file('berth.yaml'));
  return new Map([
    ['types.ts', banner(source) + writeTypes(document)],
    ['routes.ts', banner(source) + writeRoutes(document)],
    ['body-schemas.ts', banner(source) + writeBodySchemas(document)],
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
  mkdirSync(target, { recursive: true });
  for (const [name, text] of generate()) {
    const path = join(target, name);
    if (readText(path) === text) continue;
    stale += 1;
    if (!check) writeFileSync(path, text);
    process.stdout.write(`${check ? 'stale' : 'wrote'}: ${name}\n`);
  }
  if (check && stale > 0) process.stderr.write('run "npm run generate" and commit the result\n');
  return check && stale > 0 ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
