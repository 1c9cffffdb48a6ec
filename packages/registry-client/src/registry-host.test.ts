import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiHost, hostOfServerAddress, isLoopback, splitHostPort } from './registry-host.ts';

test('all names of Docker Hub are one registry', () => {
  for (const name of ['', 'docker.io', 'https://index.docker.io/v1/', 'registry-1.docker.io']) {
    assert.equal(hostOfServerAddress(name), 'docker.io');
  }
  assert.equal(apiHost('docker.io'), 'registry-1.docker.io');
  assert.equal(apiHost('quay.io'), 'quay.io');
});

test('server addresses are URLs or hosts', () => {
  assert.equal(hostOfServerAddress('https://r.test:5000/v2/'), 'r.test:5000');
  assert.equal(hostOfServerAddress('r.test/v1'), 'r.test');
});

test('hosts have ports', () => {
  assert.deepEqual(splitHostPort('r.test:5000'), { name: 'r.test', port: '5000' });
  assert.deepEqual(splitHostPort('[fd00::1]:5000'), { name: 'fd00::1', port: '5000' });
  assert.deepEqual(splitHostPort('r.test'), { name: 'r.test' });
});

test('loopback is localhost, 127.0.0.0/8 and ::1', () => {
  for (const name of ['localhost', '127.0.0.1', '127.9.9.9', '::1']) assert.ok(isLoopback(name));
  for (const name of ['127.evil.test', '10.0.0.1', 'localhost.test']) assert.ok(!isLoopback(name));
});
