import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventBus } from '@berth/events';
import { containerMetrics } from './container-metrics.ts';
import { EventCounter } from './event-counter.ts';
import { parseAddress } from './metrics-server.ts';
import { formatMetrics } from './prometheus-text.ts';

test('the text format', () => {
  const samples = [{ labels: { a: 'x"\\\n' }, value: 1.5 }, { value: Number.POSITIVE_INFINITY }];
  assert.equal(
    formatMetrics([
      { name: 'm', help: 'Of\nus.', type: 'gauge', samples },
      { name: 'none', help: '', type: 'counter', samples: [] },
    ]),
    '# HELP m Of\\nus.\n# TYPE m gauge\nm{a="x\\"\\\\\\n"} 1.5\nm +Inf\n',
  );
});

test('containers: all are told of, those that run are counted', () => {
  const stats = {
    cpu_stats: { cpu_usage: { total_usage: 2_500_000_000 } },
    memory_stats: { usage: 100, limit: 200, stats: { inactive_file: 30 } },
    networks: { eth0: { rx_bytes: 7 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'Read', value: 3 },
        { op: 'Total', value: 3 },
      ],
    },
  };
  const base = { image: 'img', restartCount: 2 };
  const text = formatMetrics(
    containerMetrics([
      { ...base, id: 'a'.repeat(64), name: 'up', state: 'running', health: 'healthy', stats },
      { ...base, id: 'b'.repeat(64), name: 'down', state: 'exited' },
    ]),
  );
  const labels = 'id="aaaaaaaaaaaa",name="up"';
  for (const line of [
    `berth_container_info{${labels},image="img",state="running"} 1`,
    `berth_container_info{id="bbbbbbbbbbbb",name="down",image="img",state="exited"} 1`,
    `berth_container_healthy{${labels}} 1`,
    `berth_container_cpu_seconds_total{${labels}} 2.5`,
    `berth_container_memory_working_set_bytes{${labels}} 70`,
    `berth_container_network_receive_bytes_total{${labels},interface="eth0"} 7`,
    `berth_container_block_read_bytes_total{${labels}} 3`,
  ]) {
    assert.ok(text.includes(`${line}\n`), `${line}\n---\n${text}`);
  }
  assert.ok(!text.includes('memory_usage_bytes{id="bbb'));
});

test('events are counted without what they are about', async () => {
  const events = createEventBus();
  using counter = new EventCounter(events);
  for (const command of ['a', 'b']) {
    const action = `exec_start: ${command}` as const;
    events.publish({ type: 'container', action, actorId: 'x', attributes: {} });
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(counter.samples, [
    { labels: { type: 'container', action: 'exec_start' }, value: 2 },
  ]);
});

test('addresses', () => {
  assert.deepEqual(parseAddress('127.0.0.1:9323'), { host: '127.0.0.1', port: 9323 });
  assert.deepEqual(parseAddress('[::1]:1'), { host: '::1', port: 1 });
  assert.deepEqual(parseAddress(':80'), { host: '0.0.0.0', port: 80 });
  for (const bad of ['9323', 'x:y', 'a:99999']) assert.throws(() => parseAddress(bad), /HOST:PORT/);
});
