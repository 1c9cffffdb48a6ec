import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

/**
 * A network and IPAM plug-in in a process of its own, in the network namespace that it is started in:
 * `network-plugin.ts FOLDER SOCKET|PORT`. Its network is the bridge `plugbr0` with 10.90.0.1/24; endpoints are pairs of
 * interfaces. FOLDER holds `calls` (one JSON text a line), `behaviour` (`{"NetworkDriver.Join": "hang"}`), and
 * `tls.json` when it is to speak TLS.
 */

const [folder = '', listen = ''] = process.argv.slice(2);
const file = (name: string) => path.join(folder, name);

type Body = Readonly<Record<string, unknown>>;

function ip(...args: string[]): boolean {
  try {
    execFileSync('ip', args, { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

const hostEnd = (id: unknown) => `plh${String(id).slice(0, 8)}`;
const containerEnd = (id: unknown) => `plc${String(id).slice(0, 8)}`;

/** The lowest address that the calls so far leave free, so that a plug-in that was started anew goes on. */
function freeAddress(): string {
  const taken = new Set<string>();
  for (const { method, answer, body } of calls()) {
    if (method === 'IpamDriver.RequestAddress')
      taken.add(String(answer?.Address).split('/')[0] ?? '');
    if (method === 'IpamDriver.ReleaseAddress') taken.delete(String(body.Address));
  }
  let last = 2;
  while (taken.has(`10.90.0.${last}`)) last += 1;
  return `10.90.0.${last}/24`;
}

function calls(): { method: string; body: Body; answer?: Body }[] {
  if (!existsSync(file('calls'))) return [];
  const lines = readFileSync(file('calls'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

const methods: Readonly<Record<string, (body: Body) => object | undefined>> = {
  'Plugin.Activate': () => ({ Implements: ['NetworkDriver', 'IpamDriver'] }),
  'IpamDriver.GetDefaultAddressSpaces': () => ({ LocalDefaultAddressSpace: 'here' }),
  'IpamDriver.RequestPool': () => ({ PoolID: 'pool', Pool: '10.90.0.0/24' }),
  'IpamDriver.ReleasePool': () => ({}),
  'IpamDriver.RequestAddress': ({ Address, Options }) => {
    const { RequestAddressType: type } = (Options ?? {}) as Record<string, string>;
    if (type !== undefined) return { Address: '10.90.0.1/24' };
    return { Address: Address ? `${Address}/24` : freeAddress() };
  },
  'IpamDriver.ReleaseAddress': () => ({}),
  'NetworkDriver.GetCapabilities': () => ({ Scope: 'local' }),
  'NetworkDriver.CreateNetwork': () => {
    ip('link', 'add', 'plugbr0', 'type', 'bridge');
    ip('addr', 'add', '10.90.0.1/24', 'dev', 'plugbr0');
    ip('link', 'set', 'plugbr0', 'up');
    return {};
  },
  'NetworkDriver.DeleteNetwork': () => ({ deleted: ip('link', 'del', 'plugbr0') }),
  'NetworkDriver.CreateEndpoint': () => ({}),
  'NetworkDriver.Join': ({ EndpointID: id }) => {
    ip('link', 'add', hostEnd(id), 'type', 'veth', 'peer', 'name', containerEnd(id));
    ip('link', 'set', hostEnd(id), 'master', 'plugbr0', 'up');
    return {
      InterfaceName: { SrcName: containerEnd(id), DstPrefix: 'plug' },
      Gateway: '10.90.0.1',
      StaticRoutes: [
        { Destination: '10.91.0.0/16', RouteType: 0, NextHop: '10.90.0.1' },
        { Destination: '10.92.0.0/16', RouteType: 1 },
      ],
    };
  },
  'NetworkDriver.ProgramExternalConnectivity': () => ({}),
  'NetworkDriver.EndpointOperInfo': () => ({
    Value: {
      'com.docker.network.portmap': [{ Proto: 17, Port: 53, HostIP: '192.0.2.7', HostPort: 5353 }],
    },
  }),
  'NetworkDriver.RevokeExternalConnectivity': () => ({}),
  // Whether the container's end came back to this namespace.
  'NetworkDriver.Leave': ({ EndpointID: id }) => ({ back: ip('link', 'show', containerEnd(id)) }),
  'NetworkDriver.DeleteEndpoint': ({ EndpointID: id }) => {
    ip('link', 'del', hostEnd(id));
    return {};
  },
};

function misbehave(how: string, response: http.ServerResponse): void {
  response.on('error', () => undefined);
  if (how === 'garbage') response.end('<html>');
  else if (how === 'huge') response.end(`{"x":"${'y'.repeat(8 << 20)}"}`);
  else if (how === '500') response.writeHead(500).end(JSON.stringify({ Err: 'out of order' }));
  else if (how === 'link') response.end('{"InterfaceName":{"SrcName":"nosuch","DstPrefix":"eth"}}');
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    const method = (request.url ?? '').slice(1);
    const body = JSON.parse(text) as Body;
    const how = existsSync(file('behaviour'))
      ? JSON.parse(readFileSync(file('behaviour'), 'utf8'))[method]
      : undefined;
    const result = how === undefined ? methods[method]?.(body) : undefined;
    appendFileSync(file('calls'), `${JSON.stringify({ method, body, answer: result })}\n`);
    if (how !== undefined) misbehave(how, response);
    else if (result === undefined) response.writeHead(404).end('404 page not found');
    else response.end(JSON.stringify(result));
  });
}

const server = existsSync(file('tls.json'))
  ? https.createServer(tlsOptions(), answer)
  : http.createServer(answer);
server.listen(/^\d+$/.test(listen) ? Number(listen) : listen, () =>
  process.stdout.write('ready\n'),
);

/** A client has to have a certificate of the authority. */
function tlsOptions(): https.ServerOptions {
  const { ca, cert, key } = JSON.parse(readFileSync(file('tls.json'), 'utf8'));
  const read = (name: string) => readFileSync(name);
  return {
    ...{ ca: read(ca), cert: read(cert), key: read(key) },
    ...{ requestCert: true, rejectUnauthorized: true },
  };
}
