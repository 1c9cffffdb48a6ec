import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@berth/testing';
import { inPrivateNetwork, NetworksHost } from './networks-fixture.ts';

inPrivateNetwork(import.meta.filename, () => {
  let host: NetworksHost;
  let outside: string;

  before(async () => {
    host = await NetworksHost.start();
    outside = host.lan();
    const portBindings = { '80/tcp': [{ HostPort: '8080' }] };
    const web = await host.container('web', { portBindings });
    await host.serve(web.path, 'tcp', 80, 'web');
  });
  after(() => host[Symbol.asyncDispose]());

  const ask = () => host.ask(outside, '10.99.0.1', 8080);
  const iptables = async (rule: string) => {
    const { code, stderr } = await host.run(undefined, 'iptables-nft', ...rule.split(' '));
    assert.equal(code, 0, `${rule}: ${stderr}`);
  };
  const ownTable = async () =>
    (await host.run(undefined, 'nft', '-s', 'list', 'table', 'inet', 'berth')).stdout;

  test('beside the rules of Docker: told of, let through by its own chain', async () => {
    assert.equal(await ask(), 'web 10.99.0.2');
    for (const rule of [
      ...['-N DOCKER', '-N DOCKER-USER', '-A DOCKER-USER -j RETURN', '-P FORWARD DROP'],
      ...['-I FORWARD -o docker1 -j DOCKER', '-I FORWARD -j DOCKER-USER'],
      ...['-t nat -N DOCKER', '-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER'],
    ]) {
      await iptables(rule);
    }
    await eventually(() =>
      host.networks.warnings().some((text) => text.includes('"ip filter FORWARD"')),
    );
    assert.equal(await ask(), '');
    await iptables('-I DOCKER-USER -i docker0 -j ACCEPT');
    await iptables('-I DOCKER-USER -o docker0 -j ACCEPT');
    assert.equal(await ask(), 'web 10.99.0.2');
  });

  test('neither touches the rules of the other', async () => {
    const own = await ownTable();
    await iptables('-F DOCKER-USER');
    await iptables('-t nat -F');
    await iptables('-P FORWARD ACCEPT');
    assert.equal(await ownTable(), own);
    assert.equal(await ask(), 'web 10.99.0.2');
    const foreign = await host.run(undefined, 'nft', '-s', 'list', 'table', 'ip', 'filter');
    await host.container('more', { portBindings: { '80/tcp': [{ HostPort: '8081' }] } });
    await host.run(undefined, 'nft', 'delete', 'table', 'inet', 'berth');
    await eventually(async () => (await ask()) === 'web 10.99.0.2');
    const after = await host.run(undefined, 'nft', '-s', 'list', 'table', 'ip', 'filter');
    assert.equal(after.stdout, foreign.stdout);
    await eventually(() => host.networks.warnings().length === 0);
  });
});
