import { inspect } from 'node:util';

/** One failed test as a line of JSON: `name` with its parents' names before it, `error` as text. */
export interface FailedTest {
  readonly name: string;
  readonly error: string;
}

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly nesting?: number;
    readonly details?: { readonly error?: Error & { readonly failureType?: string } };
  };
}

/**
 * A reporter of node:test that tells the failed tests alone, as JSON lines. A parent that failed only by its
 * subtests is left out.
 */
// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export.
export default async function* failedTests(source: AsyncIterable<TestEvent>) {
  const names: string[] = [];
  for await (const { type, data } of source) {
    const { name = '', nesting = 0 } = data;
    if (type === 'test:start') names.splice(nesting, Infinity, name);
    if (type !== 'test:fail') continue;
    const error = data.details?.error;
    if (error?.failureType === 'subtestsFailed') continue;
    const path = [...names.slice(0, nesting), name].join(' › ');
    const failed: FailedTest = { name: path, error: errorText(error) };
    yield `${JSON.stringify(failed)}\n`;
  }
}

/** node:test wraps what the test threw; the wrapped error says more. */
function errorText(error: Error | undefined): string {
  const thrown = error?.cause ?? error;
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : inspect(thrown);
  return text.replaceAll(`file://${process.cwd()}/`, '');
}
