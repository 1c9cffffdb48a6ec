import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from '@berth/testing';
import { containerId, inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  test('why a published port cannot be reached', async (t) => {
    await using host = await NetworksHost.start();
    host.lan();
    const web = await host.container('web', {
      exposedPorts: ['70/tcp'],
      portBindings: {
        '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }],
        '81/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081' }],
        '82/tcp': [{ HostIp: '10.99.0.1', HostPort: '8082' }],
      },
    });
    await host.serve(web.path, 'tcp', 80, 'web');
    // Stands for the container's process, whose /proc shows what listens there.
    const inside = spawn('nsenter', [`--net=${web.path}`, 'sleep', '100'], { stdio: 'ignore' });
    try {
      const own = readFileSync('/proc/self/net/dev', 'utf8').length;
      await eventually(() => readFileSync(`/proc/${inside.pid}/net/dev`, 'utf8').length !== own);
      const findContainer = async (name: string) => ({
        ...{ id: name.length === 64 ? name : containerId(name), name: 'web' },
        ...(name === 'off' ? {} : { pid: inside.pid ?? 0 }),
      });
      const ask = (target?: string) =>
        host.networks.diagnose({ ...(target === undefined ? {} : { target }), findContainer });
      const problems = async (target?: string) =>
        (await ask(target)).findings
          .filter(({ level }) => level === 'problem')
          .map(({ text }) => text);
      const nft = (script: string) => host.run(undefined, 'nft', script);

      await t.test('nothing is wrong', async () => {
        assert.deepEqual(await problems('8080'), []);
        const { changes } = await ask();
        const names = changes.map(({ name, value }) => `${name} ${value}`);
        for (const expected of [
          'net.ipv4.ip_forward 1',
          'net/ipv4/conf/docker0/route_localnet 1',
          'docker0 up',
          'inet berth present',
        ]) {
          assert.ok(names.includes(expected), `${expected} in ${names.join(', ')}`);
        }
      });
      await t.test(
        'nobody listens, the port is not published, the container does not run',
        async () => {
          assert.match(
            (await problems('8081')).join(),
            /no program in the container listens on tcp port 81/,
          );
          assert.deepEqual(await problems('9999'), [
            'no running container publishes the port 9999',
          ]);
          assert.match((await problems('off')).join(), /does not run/);
          const { findings } = await ask('8081');
          assert.ok(findings.some(({ text }) => /this host alone can reach it/.test(text)));
        },
      );
      await t.test('an address that is gone, a route that leads elsewhere', async () => {
        await host.run(undefined, 'ip', 'address', 'del', '10.99.0.1/24', 'dev', 'lan0');
        assert.match(
          (await problems('8082')).join(),
          /does not have the address 10\.99\.0\.1 any more/,
        );
        await host.run(undefined, 'ip', 'route', 'add', `${web.address}/32`, 'dev', 'lan0');
        assert.match((await problems('8080')).join(), /over lan0 leads away from docker0/);
        await host.run(undefined, 'ip', 'route', 'del', `${web.address}/32`, 'dev', 'lan0');
      });
      await t.test('rules of others', async () => {
        const policy = '{ type filter hook forward priority 0; policy drop; }';
        await nft(`add table ip nosy; add chain ip nosy pass ${policy}`);
        assert.match(
          (await problems('8080')).join(),
          /dropped by the firewall chain "ip nosy pass": its policy "drop"/,
        );
        await nft('add rule ip nosy pass oifname docker0 accept');
        assert.deepEqual(await problems('8080'), []);
        await nft('insert rule ip nosy pass ip daddr 172.17.0.2 tcp dport 80 counter reject');
        assert.match(
          (await problems('web')).join(),
          /the rule "ip daddr 172\.17\.0\.2 tcp dport 80 counter .*reject.*" of the chain pass/,
        );
        await nft('delete table ip nosy');
      });
      await t.test('the host does not forward, links are gone', async () => {
        await host.run(undefined, 'sysctl', '-w', 'net.ipv4.ip_forward=0');
        assert.match((await problems()).join(), /ip_forward is 0/);
        await host.run(undefined, 'ip', 'link', 'set', 'docker0', 'down');
        assert.match((await problems('8080')).join(), /the bridge docker0 is down/);
      });
    } finally {
      const ended = once(inside, 'exit');
      inside.kill('SIGKILL');
      await ended;
    }
  });
});
