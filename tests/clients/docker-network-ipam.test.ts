import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestDaemon } from '@berth/testing';

/** Where the subnets of networks come from, and what is said when there are none. */

let daemon: TestDaemon;
before(async () => {
  const pools = [{ base: '10.70.0.0/22', size: 24 }];
  daemon = await TestDaemon.start({ config: { 'default-address-pools': pools } });
});
after(() => daemon[Symbol.asyncDispose]());

const docker = (...args: string[]) => daemon.dockerOk(args);
const subnets = (name: string) =>
  docker('network', 'inspect', '-f', '{{range .IPAM.Config}}{{.Subnet}} {{end}}', name);

async function refused(...args: string[]): Promise<string> {
  const result = await daemon.docker(args);
  assert.notEqual(result.code, 0, `${args.join(' ')} was accepted`);
  return result.stderr;
}

test('subnets of the pools keep clear of routes of the host, and their end is told', async () => {
  for (const args of [
    ['link', 'add', 'lan0', 'type', 'bridge'],
    ['addr', 'add', '10.70.2.9/25', 'dev', 'lan0'],
    ['link', 'set', 'lan0', 'up'],
  ]) {
    const { code, stderr } = await daemon.inNamespace('ip', args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  }
  // The default bridge has the first one.
  await docker('network', 'create', 'n1');
  await docker('network', 'create', 'n2');
  assert.deepEqual([await subnets('n1'), await subnets('n2')], ['10.70.1.0/24', '10.70.3.0/24']);
  assert.match(
    await refused('network', 'create', 'n3'),
    /all predefined address pools have been fully subnetted.*10\.70\.0\.0\/22 in \/24/s,
  );
  await docker('network', 'rm', 'n1');
  await docker('network', 'create', 'n3');
  assert.equal(await subnets('n3'), '10.70.1.0/24');
  await docker('network', 'create', '--subnet', '10.71.0.0/16', 'named');
  assert.match(
    await refused('network', 'create', '--subnet', '10.71.5.0/24', 'n4'),
    /Pool overlaps with other one on this address space/,
  );
  const two = ['--subnet', '10.73.0.0/24', '--subnet', '10.74.0.0/24'];
  assert.match(
    await refused('network', 'create', ...two, 'n4'),
    /bridge driver doesn't support multiple subnets/,
  );
  await docker('network', 'rm', 'n2', 'n3', 'named');
});

test('IPv6 subnets of their own come from one prefix of this installation', async () => {
  await docker('network', 'create', '--ipv6', 'six1');
  await docker('network', 'create', '--ipv6', '--ipv4=false', 'six2');
  const [own, first = ''] = (await subnets('six1')).trim().split(' ');
  assert.equal(own, '10.70.1.0/24');
  const second = (await subnets('six2')).trim();
  assert.match(first, /^fd[0-9a-f:]+::?\/64$/);
  assert.equal(prefixOf(first), prefixOf(second));
  assert.notEqual(first, second);
  await daemon.stopProcess();
  await daemon.startProcess();
  await docker('network', 'create', '--ipv6', '--ipv4=false', 'six3');
  assert.equal(prefixOf((await subnets('six3')).trim()), prefixOf(first));
  await docker('network', 'rm', 'six1', 'six2', 'six3');
});

/** Its first 48 bits. */
const prefixOf = (subnet: string) => subnet.split(':').slice(0, 3).join(':');

test('ranges, gateways and auxiliary addresses are never given; their end says what is left', async () => {
  await docker(
    ...['network', 'create', '--subnet', '10.72.0.0/29', '--gateway', '10.72.0.3'],
    ...['--aux-address', 'router=10.72.0.1', '--aux-address', 'printer=10.72.0.4', 'tight'],
  );
  const given: string[] = [];
  for (const name of ['t1', 't2', 't3']) {
    await docker('run', '-d', '--name', name, '--network', 'tight', 'busybox', 'sleep', '600');
    const field = '{{.NetworkSettings.Networks.tight.IPAddress}}';
    given.push(await docker('inspect', '-f', field, name));
  }
  assert.deepEqual(given, ['10.72.0.2', '10.72.0.5', '10.72.0.6']);
  const [shown] = JSON.parse(await docker('network', 'inspect', 'tight')) as [object];
  assert.partialDeepStrictEqual(shown, {
    Status: { IPAM: { Subnets: { '10.72.0.0/29': { IPsInUse: 8, DynamicIPsAvailable: 0 } } } },
  });
  const end = await refused('run', '--rm', '--network', 'tight', 'busybox', 'true');
  assert.match(end, /no available IPv4 addresses.*10\.72\.0\.0\/29: 8 in use or reserved, 0 left/s);
  for (const taken of ['10.72.0.1', '10.72.0.3', '10.72.0.2']) {
    const answer = await refused(
      'run',
      '--rm',
      '--network',
      'tight',
      '--ip',
      taken,
      'busybox',
      'true',
    );
    assert.match(answer, /Address already in use/, taken);
  }
  await docker('rm', '-f', 't1', 't2', 't3');
  await docker('network', 'rm', 'tight');
});
