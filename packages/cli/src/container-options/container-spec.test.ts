import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CreateCase, caseArguments, fixtureFolder } from '../../testsuite/create-cases.ts';
import { commandTable } from '../command-table/command-table.ts';
import { checkFlagPlatforms, checkPullPolicy } from '../commands/container-create.ts';
import { parseCommandLine } from '../parse-command-line.ts';
import { CommandError, UsageError, ValueError } from '../usage-error.ts';
import { containerSpec } from './container-spec.ts';
import { specForVersion } from './spec-for-version.ts';

const cases = JSON.parse(
  readFileSync(join(fixtureFolder, 'container-create.json'), 'utf8'),
) as CreateCase[];
const plain = cases[0]?.body as Record<string, unknown>;

describe('create sends what docker sends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-create-'));
  const start = process.cwd();
  before(() => {
    process.chdir(fixtureFolder);
    process.env.BERTH_TEST_VALUE = 'from the client';
  });
  after(() => {
    process.chdir(start);
    delete process.env.BERTH_TEST_VALUE;
    rmSync(folder, { recursive: true });
  });

  for (const item of cases) {
    test(JSON.stringify(item.flags), () => {
      const result = create(item.flags, folder);
      if (item.body === undefined) {
        assert.deepEqual(
          { exitCode: result.exitCode, error: result.error },
          { exitCode: item.exitCode, error: item.error },
        );
        return;
      }
      assert.equal(result.error, undefined);
      const expected = item.flags.length === 0 ? plain : merged(plain, item.body);
      assert.deepEqual(withSortedEnv(result.body), withSortedEnv(expected));
    });
  }
});

/** Docker's client sends variables in the random order of a Go map. */
function withSortedEnv(body: unknown): object {
  const { Env, ...rest } = body as { Env: string[] | null };
  return { ...rest, Env: Env?.toSorted() ?? null };
}

/** Undoes the recorder's shortening: what did not change comes from the plain request. */
function merged(from: Record<string, unknown>, changes: Readonly<Record<string, unknown>>): object {
  const out: Record<string, unknown> = { ...from };
  for (const [name, value] of Object.entries(changes)) {
    if (value === '@absent') delete out[name];
    else if (name === 'HostConfig')
      out[name] = merged(from[name] as Record<string, unknown>, value as Record<string, unknown>);
    else out[name] = value;
  }
  return out;
}

function create(
  flags: readonly string[],
  folder: string,
): { body?: unknown; error?: string; exitCode?: number } {
  try {
    const line = parseCommandLine(['create', ...caseArguments(flags, folder)], commandTable);
    assert.equal(line.kind, 'command');
    if (line.kind !== 'command') throw new Error('not a command');
    const [image = '', ...args] = line.args;
    checkPullPolicy(line.flags.string('pull'));
    checkFlagPlatforms(line);
    const spec = specForVersion(containerSpec(line.flags, { image, args }), '1.51');
    const text = JSON.stringify(spec)
      .replaceAll(fixtureFolder, '@cwd')
      .replaceAll(folder, '@folder');
    return { body: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = (error.message.split('\n\n')[0] ?? '')
      .replace(/^berth: /, '')
      .replaceAll(folder, '@folder');
    if (error instanceof ValueError) return { error: message, exitCode: 125 };
    if (error instanceof UsageError || error instanceof CommandError) {
      return { error: message.replaceAll("'berth ", "'docker "), exitCode: error.exitCode };
    }
    throw error;
  }
}
