import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandTable } from '@berth/cli/command-table/command-table.ts';
import { parseTemplate } from '@berth/cli/go-template/template.ts';
import { TemplateError } from '@berth/cli/go-template/template-error.ts';
import { parseCommandLine } from '@berth/cli/parse-command-line.ts';
import { UsageError } from '@berth/cli/usage-error.ts';
import fc from 'fast-check';

const data = {
  Name: 'web',
  Count: 3,
  List: ['a', 'b'],
  Map: { key: 'value', deep: { er: 1 } },
  Nothing: null,
};

const pieces = fc.constantFrom(
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  '.',
  '.Name',
  '.List',
  '.Map.deep',
  '.Nothing',
  '$',
  '$x',
  ':=',
  '=',
  '|',
  '(',
  ')',
  ',',
  ' ',
  'if ',
  'else',
  'end',
  'range ',
  'with ',
  'define "a"',
  'template "a"',
  'block "b" .',
  'break',
  'continue',
  'printf "%d %s"',
  'index ',
  'slice ',
  'len ',
  'eq ',
  'lt ',
  'and ',
  'or ',
  'not ',
  'json ',
  'split ',
  'join ',
  'pad ',
  'truncate ',
  'html ',
  '"text"',
  '`raw`',
  "'c'",
  '42',
  '-1',
  '1.5',
  '0x',
  '1e9',
  'nil',
  'true',
  '/*',
  '*/',
  '\n',
  'plain text',
  'é',
  '\u0000',
  '\\',
);

const templates = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(pieces, { maxLength: 8 }).map((parts) => `{{${parts.join(' ')}}}`),
);

test('a template of any text gives text or a TemplateError', () => {
  fc.assert(
    fc.property(templates, (text) => {
      try {
        assert.equal(typeof parseTemplate(text).execute(data), 'string');
      } catch (error) {
        assert(error instanceof TemplateError, `${JSON.stringify(text)}: ${error}`);
      }
    }),
    { numRuns: 5000 },
  );
});

test('text without actions is printed as it is', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      fc.pre(!text.includes('{{'));
      assert.equal(parseTemplate(text).execute(data), text);
    }),
  );
});

test('nesting and output of a hostile template are bounded', () => {
  const deep = `${'('.repeat(5000)}1${')'.repeat(5000)}`;
  assert.throws(() => parseTemplate(`{{${deep}}}`), TemplateError);
  assert.throws(() => parseTemplate('{{if 1}}'.repeat(5000)), TemplateError);
  assert.throws(
    () => parseTemplate('{{define "a"}}{{template "a"}}{{end}}{{template "a"}}').execute(data),
    TemplateError,
  );
  assert.throws(
    () => parseTemplate('{{pad "x" 1000000000 1000000000}}').execute(data),
    TemplateError,
  );
});

const words = fc.constantFrom(
  'run',
  'ps',
  'exec',
  'container',
  'image',
  'volume',
  'ls',
  'rm',
  'create',
  '-it',
  '-d',
  '--rm',
  '--name',
  'web',
  '--name=x',
  '-p',
  '80:80',
  '-e',
  'A=1',
  '--',
  '-',
  '--help',
  '-h',
  '--format',
  '{{.ID}}',
  '-m',
  '64m',
  '-v',
  '/a:/b',
  '--mount',
  'type=bind',
  '--network',
  'host',
  '',
  '=',
  '--=',
  '---',
  '-=',
  '--cpus=1/3',
  '--ulimit',
  'nofile=1',
  'busybox',
  'help',
  'bogus',
  '\u0000',
  'é',
  '-é',
);

test('any command line is understood or refused with a UsageError', () => {
  const lines = fc.array(fc.oneof(words, fc.string({ maxLength: 12 })), { maxLength: 10 });
  fc.assert(
    fc.property(lines, (line) => {
      try {
        const parsed = parseCommandLine(line, commandTable);
        if (parsed.kind === 'unknown') throw parsed.error;
        assert(['command', 'help', 'version'].includes(parsed.kind));
      } catch (error) {
        assert(error instanceof UsageError, `${JSON.stringify(line)}: ${(error as Error).stack}`);
        assert([1, 125].includes(error.exitCode));
      }
    }),
    { numRuns: 3000 },
  );
});
