import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '@berth/errors';
import fc from 'fast-check';
import { parseHostsToml } from './hosts-toml.ts';

const parse = (text: string) => parseHostsToml(text, '/c/hosts.toml', 'https://up.test').hosts;

test('hosts come in the order of the file, then the server', () => {
  const hosts = parse(`
server = "https://registry.test"
skip_verify = true

[host."https://b.test/cache"]
  capabilities = ["pull", "resolve"]
  ca = "b.crt"
  client = [["b.cert", "b.key"]]
  override_path = true
  [host."https://b.test/cache".header]
    X-Token = ["one", "two"]

[host."a.test"]
  client = "both.pem"
`);
  const everything = ['pull', 'resolve', 'push'];
  const none = { authorities: [], skipVerify: false, overridePath: false, headers: {} };
  assert.deepEqual(hosts, [
    {
      url: 'https://b.test/cache',
      capabilities: ['pull', 'resolve'],
      authorities: ['b.crt'],
      client: { cert: 'b.cert', key: 'b.key' },
      skipVerify: false,
      overridePath: true,
      headers: { 'x-token': 'one, two' },
    },
    {
      ...none,
      url: 'https://a.test',
      capabilities: everything,
      client: { cert: 'both.pem', key: 'both.pem' },
    },
    { ...none, url: 'https://registry.test', capabilities: everything, skipVerify: true },
  ]);
});

test('a file that says nothing means the registry itself', () => {
  assert.deepEqual(
    parse('').map(({ url }) => url),
    ['https://up.test'],
  );
});

const wrong: readonly [string, RegExp][] = [
  ['server = [', /hosts\.toml: /],
  ['server = 3', /server must be text/],
  ['host = 1', /host must be a table/],
  ['[host."https://a"]\ncapabilities = ["delete"]', /unknown capability "delete"/],
  ['[host."ftp://a"]', /"ftp:\/\/a" is not a URL/],
  ['[host."https://a"]\nskip_verfy = true', /unknown key "skip_verfy" for https:\/\/a/],
  ['[host."https://a"]\nskip_verify = "yes"', /skip_verify must be true or false/],
];

for (const [text, message] of wrong) {
  test(`${JSON.stringify(text)} is refused by name`, () => {
    assert.throws(() => parse(text), { code: 'registry.hosts-file', message });
  });
}

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      try {
        parse(text);
      } catch (error) {
        assert.ok(isEngineError(error, 'registry.hosts-file'), String(error));
      }
    }),
  );
});
