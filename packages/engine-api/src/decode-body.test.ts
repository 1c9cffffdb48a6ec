import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isEngineError } from '@berth/errors';
import { decodeBody } from './decode-body.ts';

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isEngineError(error, 'api.invalid-body')) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what Go accepts is accepted', () => {
  test('fields of any case; the exact spelling wins', () => {
    const body = decodeBody('ContainerCreateRequest', { image: 'a', HOSTNAME: 'h', Image: 'b' });
    assert.deepEqual(body, { Image: 'b', Hostname: 'h' });
  });

  test('null leaves a field absent, at every depth', () => {
    const body = decodeBody('ContainerCreateRequest', {
      Tty: null,
      HostConfig: { Memory: null, PortBindings: null, RestartPolicy: { Name: null } },
    });
    assert.deepEqual(body, { HostConfig: { RestartPolicy: {} } });
  });

  test('null in a list is the zero value, in a map of objects it stays', () => {
    const body = decodeBody('ContainerCreateRequest', {
      Env: ['A=1', null],
      Labels: { a: null },
      HostConfig: { PortBindings: { '80/tcp': null } },
    });
    assert.deepEqual(body, {
      Env: ['A=1', ''],
      Labels: { a: '' },
      HostConfig: { PortBindings: { '80/tcp': null } },
    });
  });

  test('unknown fields are dropped', () => {
    assert.deepEqual(decodeBody('ContainerCreateRequest', { Future: { a: 1 }, Image: 'b' }), {
      Image: 'b',
    });
  });

  test('a single string stands for a list where Docker allows it', () => {
    const body = decodeBody('ContainerCreateRequest', { Cmd: 'ls', Entrypoint: ['a', 'b'] });
    assert.deepEqual(body, { Cmd: ['ls'], Entrypoint: ['a', 'b'] });
  });

  test('no body is an empty one', () => {
    assert.deepEqual(decodeBody('ExecStartConfig', undefined), {});
    assert.deepEqual(decodeBody('ExecStartConfig', null), {});
  });

  test('fields that only older versions have', () => {
    const body = decodeBody('ContainerCreateRequest', { MacAddress: '02:42:ac:11:00:02' });
    assert.deepEqual(body, { MacAddress: '02:42:ac:11:00:02' });
  });
});

describe('what Go refuses is refused, naming the field', () => {
  const cases: readonly [unknown, string][] = [
    ['text', 'cannot unmarshal string into field (body) of type object'],
    [{ Tty: 'yes' }, 'cannot unmarshal string into field Tty of type boolean'],
    [{ Env: 'A=1' }, 'cannot unmarshal string into field Env of type array'],
    [{ Cmd: [1] }, 'cannot unmarshal number into field Cmd[0] of type string'],
    [{ HostConfig: [] }, 'cannot unmarshal array into field HostConfig of type object'],
    [
      { HostConfig: { Memory: 1.5 } },
      'cannot unmarshal number 1.5 into field HostConfig.Memory of type int64',
    ],
    [
      { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: 80 }] } } },
      'cannot unmarshal number into field HostConfig.PortBindings.80/tcp[0].HostPort of type string',
    ],
    [{ Labels: { a: {} } }, 'cannot unmarshal object into field Labels.a of type string'],
  ];
  for (const [value, message] of cases) {
    test(message, () => {
      const found = refusal(() => decodeBody('ContainerCreateRequest', value));
      assert.equal(found, `invalid JSON: ${message}`);
    });
  }
});

test('a key named __proto__ is data like any other', () => {
  const value = JSON.parse('{"Labels":{"__proto__":"x"},"__proto__":{"Image":"evil"}}') as unknown;
  const body = decodeBody('ContainerCreateRequest', value);
  assert.equal(body.Image, undefined);
  assert.deepEqual(Object.entries(body.Labels ?? {}), [['__proto__', 'x']]);
});
