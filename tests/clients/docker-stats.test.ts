import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ContainerStatsResponse } from '@berth/engine-api';
import { createEngineClient } from '@berth/engine-client';
import { TestDaemon } from '@berth/testing';

let daemon: TestDaemon;
before(async () => {
  daemon = await TestDaemon.start();
  const busy = ['sh', '-c', 'while :; do :; done'];
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'busy',
    '-m',
    '64m',
    '--pids-limit',
    '20',
    'busybox',
    ...busy,
  ]);
  await daemon.dockerOk([
    'run',
    '-d',
    '--name',
    'bare',
    '--network',
    'none',
    'busybox',
    'sleep',
    '600',
  ]);
  await daemon.dockerOk(['create', '--name', 'idle', 'busybox']);
});
after(() => daemon[Symbol.asyncDispose]());

for (const client of ['docker', 'berth'] as const) {
  test(`${client} stats`, async () => {
    const format =
      '{{.Name}}|{{.CPUPerc}}|{{.MemUsage}}|{{.MemPerc}}|{{.NetIO}}|{{.BlockIO}}|{{.PIDs}}';
    const { stdout } = await daemon[client](['stats', '--no-stream', '--all', '--format', format]);
    const rows = new Map(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => [line.split('|')[0], line.split('|')]),
    );
    const [, cpu = '', memory = '', percent = '', network = '', , pids] = rows.get('busy') ?? [];
    assert.ok(Number.parseFloat(cpu) > 0, stdout);
    assert.match(memory, /^[\d.]+[KM]iB \/ 64MiB$/);
    assert.ok(Number.parseFloat(percent) > 0);
    assert.match(network, /B \/ .*B$/);
    assert.equal(pids, '1');
    assert.equal(rows.get('bare')?.[4], '0B / 0B');
    assert.ok(rows.has('idle'), stdout);
    const table = await daemon[client](['stats', '--no-stream', '--no-trunc', 'busy']);
    const id = await daemon.dockerOk(['inspect', '-f', '{{.Id}}', 'busy']);
    assert.match(table.stdout, /^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT/);
    assert.ok(table.stdout.includes(id));
  });
}

test('the stream, one look, and the end of the container', async () => {
  const engine = createEngineClient({ host: daemon.host });
  const once = await engine.json<ContainerStatsResponse>('GET', '/containers/busy/stats', {
    query: { stream: false, 'one-shot': true },
  });
  assert.equal(once.preread, '0001-01-01T00:00:00Z');
  assert.equal(once.memory_stats?.limit, 64 << 20);
  assert.equal(once.pids_stats?.limit, 20);
  assert.ok(Number(once.networks?.eth0?.rx_bytes) >= 0);
  await assert.rejects(
    engine.text('GET', '/containers/busy/stats', { query: { 'one-shot': true } }),
    /cannot have stream=true and one-shot=true/,
  );
  const seen: ContainerStatsResponse[] = [];
  for await (const stats of engine.lines<ContainerStatsResponse>('GET', '/containers/busy/stats')) {
    seen.push(stats);
    if (seen.length === 2) await daemon.dockerOk(['rm', '-f', 'busy']);
  }
  assert.equal(seen[1]?.preread, seen[0]?.read);
  const [first, second] = seen.map((stats) => Number(stats.cpu_stats?.cpu_usage?.total_usage));
  assert.ok(Number(second) > Number(first));
  const missing = await daemon.docker(['stats', '--no-stream', 'nosuch']);
  assert.match(missing.stderr, /No such container: nosuch/);
});

test('metrics for a monitoring system', async () => {
  await using measured = await TestDaemon.start({ args: ['--metrics-addr', '127.0.0.1:0'] });
  await measured.dockerOk(['run', '-d', '--name', 'seen', '-m', '32m', 'busybox', 'sleep', '600']);
  const address = /Serving metrics.* address=(\S+)/.exec(measured.log)?.[1];
  const get = (path: string) =>
    measured.inNamespace('busybox', ['wget', '-qO-', `http://${address}${path}`]);
  const { stdout } = await get('/metrics');
  assert.match(stdout, /^engine_daemon_container_states_containers\{state="running"\} 1$/m);
  assert.match(stdout, /^berth_container_memory_limit_bytes\{id="\w{12}",name="seen"\} 33554432$/m);
  assert.match(stdout, /^berth_events_total\{type="container",action="start"\} 1$/m);
  assertExposition(stdout);
  assert.notEqual((await get('/containers/json')).code, 0);
});

/** The text format of Prometheus: each metric in one piece behind its HELP and TYPE, each series once. */
function assertExposition(text: string): void {
  const series = new Set<string>();
  const metrics = new Set<string>();
  let [metric, type] = ['', ''];
  assert.ok(text.endsWith('\n'));
  for (const line of text.trimEnd().split('\n')) {
    const help = /^# HELP (\w+) \S/.exec(line)?.[1];
    const kind = /^# TYPE (\w+) (gauge|counter)$/.exec(line);
    if (help !== undefined) {
      assert.ok(!metrics.has(help), line);
      metrics.add(help);
      [metric, type] = [help, ''];
    } else if (kind !== null) {
      assert.equal(kind[1], metric);
      type = kind[2] ?? '';
      assert.equal(type === 'counter', metric.endsWith('_total'), line);
    } else {
      const sample = /^(\w+)(?:\{(?:\w+="(?:[^"\\]|\\[\\"n])*",?)+\})? [\d.e+-]+$/.exec(line);
      assert.ok(type !== '' && sample?.[1] === metric, line);
      const name = line.slice(0, line.lastIndexOf(' '));
      assert.ok(!series.has(name), line);
      series.add(name);
    }
  }
}
