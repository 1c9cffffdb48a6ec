import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorTable } from '@berth/errors';
import {
  containerOperations,
  containerStates,
  type StateFacts,
  stateOf,
  verdictOf,
} from './container-state.ts';

test('the state follows from the facts', () => {
  const cases: readonly (readonly [StateFacts, string])[] = [
    [{}, 'created'],
    [{ startedAt: 't', pid: 7 }, 'running'],
    [{ startedAt: 't', pid: 7, paused: true }, 'paused'],
    [{ startedAt: 't' }, 'exited'],
    [{ startedAt: 't', restarting: true }, 'restarting'],
    [{ startedAt: 't', pid: 7, restarting: true }, 'running'],
    [{ removal: 'in-progress' }, 'removing'],
    [{ startedAt: 't', removal: 'failed' }, 'dead'],
    [{ startedAt: 't', pid: 7, removal: 'in-progress' }, 'removing'],
  ];
  for (const [facts, state] of cases) assert.equal(stateOf(facts), state, JSON.stringify(facts));
});

test('every pair of operation and state has a verdict that is known', () => {
  for (const operation of containerOperations) {
    for (const state of containerStates) {
      const verdict = verdictOf(operation, state);
      const known = verdict === 'proceed' || verdict === 'nothing' || verdict in errorTable;
      assert.ok(known, `${operation} in ${state}: ${verdict}`);
    }
  }
});

test('the whole table', () => {
  const expected: Record<string, string> = {
    start: 'proceed nothing ! proceed proceed ! !',
    stop: 'nothing proceed proceed proceed nothing nothing nothing',
    restart: 'proceed proceed proceed proceed proceed ! !',
    kill: '! proceed proceed proceed ! ! !',
    pause: '! proceed ! ! ! ! !',
    unpause: '! ! proceed ! ! ! !',
    exec: '! proceed ! ! ! ! !',
    attach: 'proceed proceed ! ! proceed ! !',
    top: '! proceed proceed ! ! ! !',
    resize: '! proceed proceed ! ! ! !',
    rename: 'proceed proceed proceed proceed proceed ! !',
    remove: 'proceed ! ! ! proceed ! proceed',
    'force-remove': 'proceed proceed proceed proceed proceed ! proceed',
  };
  for (const operation of containerOperations) {
    const actual = containerStates.map((state) => {
      const verdict = verdictOf(operation, state);
      return verdict === 'proceed' || verdict === 'nothing' ? verdict : '!';
    });
    assert.equal(actual.join(' '), expected[operation], operation);
  }
});
