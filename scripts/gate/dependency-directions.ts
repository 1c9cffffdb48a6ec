import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceFiles } from './source-files.ts';

interface DependencyRule {
  readonly floor: number | 'beside' | 'testing';
  readonly mayImport: readonly string[];
}

/** Packages that stand beside the engine, in the order in which they may import each other. */
const besideOrder = ['engine-client', 'compose', 'cli'];

/** Clients of other services: they know nothing of the engine, so programs beside it may use them too. */
const sharedClients = new Set(['registry-client']);

const importPattern = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

/** Imports that go against `deps.json`, and rules of `deps.json` that go against the floors. */
export function checkDependencyDirections(root: string): string[] {
  const rules = new Map<string, DependencyRule>();
  for (const name of readdirSync(path.join(root, 'packages'))) {
    const file = path.join(root, 'packages', name, 'deps.json');
    rules.set(name, JSON.parse(readFileSync(file, 'utf8')) as DependencyRule);
  }
  const findings = [...rules].flatMap(([name, rule]) => checkFloors(name, rule, rules));
  for (const file of sourceFiles(root, /^packages\/[^/]+\/(src|testsuite)\/.*\.ts$/)) {
    const owner = file.split('/')[1] ?? '';
    const allowed = new Set([owner, ...(rules.get(owner)?.mayImport ?? [])]);
    if (/\.test\.ts$|\/testsuite\//.test(file)) allowed.add('testing');
    for (const target of importedPackages(readFileSync(path.join(root, file), 'utf8'))) {
      if (!allowed.has(target))
        findings.push(`${file}: ${owner} may not import ${target} (deps.json)`);
    }
  }
  return findings;
}

function checkFloors(
  name: string,
  rule: DependencyRule,
  rules: ReadonlyMap<string, DependencyRule>,
): string[] {
  return rule.mayImport.flatMap((target) => {
    const other = rules.get(target);
    if (other === undefined) return [`packages/${name}/deps.json: there is no package ${target}`];
    if (rule.floor === 'testing' || mayStandOn(name, rule, target, other)) return [];
    return [
      `packages/${name}/deps.json: ${name} (${rule.floor}) may not stand on ${target} (${other.floor})`,
    ];
  });
}

function mayStandOn(
  name: string,
  rule: DependencyRule,
  target: string,
  other: DependencyRule,
): boolean {
  if (rule.floor === 'beside') {
    if (sharedClients.has(target)) return true;
    return other.floor === 0 || besideOrder.indexOf(target) < besideOrder.indexOf(name);
  }
  // On the same floor packages may share contracts (floor 0 is data and pure functions).
  return typeof other.floor === 'number' && (other.floor < Number(rule.floor) || other.floor === 0);
}

function importedPackages(source: string): string[] {
  return [...source.matchAll(importPattern)].flatMap(([, specifier = '']) => {
    const match = /^@berth\/([^/]+)/.exec(specifier);
    return match?.[1] === undefined ? [] : [match[1]];
  });
}
