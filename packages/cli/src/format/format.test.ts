import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { humanDuration } from './ages.ts';
import { ellipsis } from './ellipsis.ts';
import { compactJson, indentJson } from './indent-json.ts';
import { formatList } from './list-format.ts';
import { naturalOrder } from './natural-order.ts';
import type { ListView } from './plain-table.ts';
import { portList } from './port-list.ts';
import { binarySize, decimalSize } from './sizes.ts';
import { alignTabs } from './tab-writer.ts';
import { apiTimestamp } from './timestamps.ts';

test('ages in words', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0.4, 'Less than a second'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, 'About a minute'],
    [119, 'About a minute'],
    [120, '2 minutes'],
    [3599, '59 minutes'],
    [3600, 'About an hour'],
    [5400, '2 hours'],
    [47 * 3600, '47 hours'],
    [48 * 3600, '2 days'],
    [14 * 86400, '2 weeks'],
    [60 * 86400, '2 months'],
    [730 * 86400, '2 years'],
  ];
  for (const [seconds, words] of cases)
    assert.equal(humanDuration(seconds), words, String(seconds));
});

test('sizes', () => {
  assert.equal(decimalSize(0), '0B');
  assert.equal(decimalSize(999), '999B');
  assert.equal(decimalSize(1984123, 3), '1.98MB');
  assert.equal(decimalSize(1984123), '1.984MB');
  assert.equal(decimalSize(1e9), '1GB');
  assert.equal(decimalSize(999_999), '1000kB');
  assert.equal(decimalSize(999_999, 3), '1e+03kB');
  assert.equal(binarySize(1536), '1.5KiB');
  assert.equal(binarySize(25_260_000_000), '23.53GiB');
});

test('ports in one line', () => {
  const port = (PrivatePort: number, PublicPort?: number, IP?: string, Type = 'tcp') =>
    ({ PrivatePort, Type, ...(PublicPort ? { PublicPort } : {}), ...(IP ? { IP } : {}) }) as never;
  assert.equal(portList([]), '');
  assert.equal(
    portList([port(80, 80, '0.0.0.0'), port(80, 80, '::')]),
    '0.0.0.0:80->80/tcp, [::]:80->80/tcp',
  );
  assert.equal(portList([port(82), port(80), port(81)]), '80-82/tcp');
  assert.equal(
    portList([port(81, 81, '1.1.1.1'), port(80, 80, '1.1.1.1')]),
    '1.1.1.1:80-81->80-81/tcp',
  );
  assert.equal(
    portList([port(80, 8080, '0.0.0.0'), port(53, undefined, undefined, 'udp')]),
    '53/udp, 0.0.0.0:8080->80/tcp',
  );
});

describe('columns', () => {
  test('line up as wide as the widest cell and a gap', () => {
    assert.equal(
      alignTabs('A\tB\nlong cell here\tx\n'),
      'A                B\nlong cell here   x\n',
    );
  });
  test('empty columns keep the least width, the last cell none', () => {
    assert.equal(
      alignTabs('NAME\tPORTS\tX\na\t\ty\n'),
      'NAME      PORTS     X\na                   y\n',
    );
  });
  test('a line without the cell ends the column', () => {
    assert.equal(alignTabs('a\tb\nx\nlonger cell\tc\n'), 'a         b\nx\nlonger cell   c\n');
  });
});

test('ellipsis counts cells', () => {
  assert.equal(ellipsis('short', 20), 'short');
  assert.equal(ellipsis('abcdefghij', 5), 'abcd…');
  assert.equal(ellipsis('日本語テキスト', 5), '日本…');
});

test('JSON keeps keys and digits', () => {
  assert.equal(
    indentJson('[{"2":1,"1":9007199254740993,"a":[],"b":{},"c":[1,"x: {"]}]'),
    '[\n    {\n        "2": 1,\n        "1": 9007199254740993,\n        "a": [],\n        "b": {},\n        "c": [\n            1,\n            "x: {"\n        ]\n    }\n]',
  );
  assert.equal(compactJson('{ "a" : [ 1, "b c" ] }'), '{"a":[1,"b c"]}');
});

test('numbers in names are ordered by value', () => {
  assert.deepEqual(['v10', 'v2', 'a', 'v1'].sort(naturalOrder), ['a', 'v1', 'v2', 'v10']);
});

test('times for the API', () => {
  const now = Date.UTC(2026, 0, 1, 0, 1, 0, 500);
  assert.equal(apiTimestamp('42', now), '42');
  assert.equal(apiTimestamp('1m', now), `${Date.UTC(2026, 0, 1) / 1000}.500000000`);
  assert.equal(apiTimestamp('2013-01-02T13:23:37.25Z', now), '1357133017.250000000');
  assert.throws(() => apiTimestamp('yesterday', now), /failed to parse value as time or duration/);
});

describe('lists', () => {
  const view: ListView<{ name: string; labels: Record<string, string> }> = {
    typeName: '*test.context',
    columns: {
      Name: { header: 'NAME', value: (row) => row.name },
      Size: { header: 'SIZE', value: () => '1B' },
    },
    methods: { Label: (row, name) => row.labels[name] ?? '' },
  };
  const rows = [{ name: '<web>', labels: { 'com.example.cpu_type': 'arm' } }];
  const format = (text: string) => formatList(view, rows, { format: text });

  test('plain tables and template tables look the same', () => {
    assert.equal(format('table {{.Name}}\\t{{.Size}}'), 'NAME      SIZE\n<web>     1B\n');
    assert.equal(format('table {{ .Name }}\\t{{.Size}}'), 'NAME      SIZE\n<web>     1B\n');
  });
  test('headers leave functions out and are made of label names', () => {
    assert.equal(
      format('table {{upper .Name}}\\t{{.Label "com.example.cpu_type"}}'),
      'NAME      cpu type\n<WEB>     arm\n',
    );
  });
  test('JSON lines', () => {
    assert.equal(format('json'), '{"Name":"\\u003cweb\\u003e","Size":"1B"}\n');
  });
  test('a field that is not there', () => {
    assert.throws(
      () => format('{{.Foo}}'),
      /template parsing error: template: :1:2: executing "" at <\.Foo>: can't evaluate field Foo in type \*test\.context/,
    );
  });
});
