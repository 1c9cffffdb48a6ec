import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attachment } from '../model/attachment.ts';
import type { SandboxRecord } from '../model/sandbox-record.ts';
import { type EndpointChange, EndpointDirectory } from './endpoint-directory.ts';
import { namedEndpoint } from './endpoint-names.ts';
import { parseLink, resolverSandbox } from './resolver-sandbox.ts';

const sandbox: SandboxRecord = {
  id: 'b'.repeat(64),
  containerId: 'c'.repeat(64),
  containerName: 'web',
  namespacePath: '/run/netns/b',
  filesDirectory: '/x',
  exposed: [],
  hostname: 'web',
};

function attachment(name: string, settings: Attachment['endpoint']['settings'] = {}): Attachment {
  return {
    network: {
      id: `${name}-id`,
      name,
      driver: 'bridge',
      scope: 'local',
      created: '',
      enableIpv4: true,
      enableIpv6: true,
      internal: name === 'inner',
      attachable: false,
      ingress: false,
      ipamDriver: 'default',
      subnets: [],
      options: {},
      labels: {},
    },
    endpoint: {
      id: `${name}-endpoint`,
      networkId: `${name}-id`,
      containerId: sandbox.containerId,
      settings,
      ipv4: '10.1.0.2/16',
      ipv6: 'fd00::2/64',
    },
  };
}

test('names of an endpoint: container, aliases, short ID, hostname, each once', () => {
  const { network, endpoint } = attachment('app', { Aliases: ['api', 'web', 'db'] });
  const named = namedEndpoint(network, endpoint, sandbox);
  assert.deepEqual(named.names, ['web', 'api', 'db', 'cccccccccccc']);
  assert.deepEqual([named.address4, named.address6], ['10.1.0.2', 'fd00::2']);
});

test('the directory tells of what is new, changed and gone, once', () => {
  const directory = new EndpointDirectory();
  const seen: EndpointChange['kind'][] = [];
  const stop = directory.subscribe(({ kind }) => seen.push(kind));
  const { network, endpoint } = attachment('app');
  directory.put(namedEndpoint(network, endpoint, sandbox));
  directory.put(namedEndpoint(network, endpoint, sandbox));
  directory.put(namedEndpoint(network, endpoint, { ...sandbox, containerName: 'new' }));
  assert.deepEqual(directory.inNetwork('app-id')[0]?.names, ['new', 'cccccccccccc', 'web']);
  directory.delete(endpoint.id);
  directory.delete(endpoint.id);
  stop();
  directory.put(namedEndpoint(network, endpoint, sandbox));
  assert.deepEqual(seen, ['attached', 'changed', 'detached']);
});

test('a sandbox has a resolver when one of its networks has names', () => {
  assert.equal(resolverSandbox(sandbox, [attachment('bridge')]), undefined);
  const both = resolverSandbox(sandbox, [
    attachment('bridge'),
    attachment('inner', { Links: ['db:database'] }),
  ]);
  assert.deepEqual(
    both?.networks.map(({ name }) => name),
    ['inner'],
  );
  assert.deepEqual(both?.networks[0]?.links, [{ name: 'db', alias: 'database' }]);
  assert.equal(both?.forwards, true);
  assert.equal(resolverSandbox(sandbox, [attachment('inner')])?.forwards, false);
  assert.deepEqual(parseLink('/db'), { name: 'db', alias: 'db' });
});
