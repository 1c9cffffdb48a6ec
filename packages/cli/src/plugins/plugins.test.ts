import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offered } from '../completion/plugin-words.ts';
import { buildWords } from './build-words.ts';
import { matchingHooks, naiveFlags, stepsOf, valueText } from './plugin-hooks.ts';

test('a hook is for a command and all below it', () => {
  const plugins = { a: { hooks: 'image,compose up' }, b: { hooks: '' }, c: {} };
  assert.deepEqual(matchingHooks(plugins, 'image ls'), [{ plugin: 'a', command: 'image' }]);
  assert.deepEqual(matchingHooks(plugins, 'compose up -d'), [
    { plugin: 'a', command: 'compose up' },
  ]);
  assert.deepEqual(matchingHooks(plugins, 'images'), []);
  assert.deepEqual(matchingHooks(undefined, 'ps'), []);
});

test('what a hook answers is filled with the words of the command', () => {
  const flagText = (name: string) => (name === 'name' ? 'web' : undefined);
  const finished = { name: 'run', args: ['busybox'], flags: {}, flagText };
  const steps = (template: string, type?: number) =>
    stepsOf(JSON.stringify({ Type: type, Template: template }), finished);
  assert.deepEqual(steps('{{.Name}} {{flag . "name"}} {{arg . 0}}{{arg . 7}}'), [
    'run web busybox',
  ]);
  assert.deepEqual(steps('one\n\ntwo'), ['one', '', 'two']);
  const unusable = [' \n', '{{flag . "nosuch"}}', '{{nosuch}}', '{{arg . "x"}}', '{{'];
  for (const template of unusable) assert.deepEqual(steps(template), [], template);
  assert.deepEqual(steps('later kind', 1), []);
  assert.deepEqual(stepsOf('no json', finished), []);
  assert.deepEqual(stepsOf('null', finished), []);
});

test('flags as hooks see them', () => {
  assert.deepEqual(naiveFlags(['compose', '-d', '--file=x', 'up']), { d: '', 'file=x': '' });
  assert.equal(valueText(['a', 'b']), '[a b]');
  assert.equal(valueText(true), 'true');
  assert.equal(valueText({ b: ['1'], a: ['2', '3'] }), '{"a":{"2":true,"3":true},"b":{"1":true}}');
  assert.equal(valueText(undefined), undefined);
});

test('what a plug-in offers for completion', () => {
  const candidates = [{ value: 'up', help: 'Start' }];
  assert.deepEqual(offered('up\tStart\n:4\n'), { candidates, end: ':end' });
  assert.deepEqual(offered('up\tStart\n:6\n').end, ':open');
  assert.deepEqual(offered(':0\n'), { candidates: [], end: ':files' });
  assert.deepEqual(offered('yaml\nyml\n:8\n'), { candidates: [], end: ':files' });
});

test('which plug-in builds', () => {
  assert.equal(buildWords(['image', 'ls'], {}, {}), undefined);
  assert.equal(buildWords(['build'], {}, { DOCKER_BUILDKIT: '0' }), undefined);
  assert.deepEqual(buildWords(['bake'], {}, { DOCKER_BUILDKIT: '0' })?.words, ['buildx', 'bake']);
  const aliased = buildWords(['image', 'build'], { aliases: { builder: 'other' } }, {});
  assert.deepEqual(aliased?.words, ['other', 'build']);
  assert.equal(aliased?.defaultBuilder, false);
  assert.equal(buildWords(['build'], {}, {})?.missing, undefined);
  assert.match(
    buildWords(['build'], {}, { DOCKER_BUILDKIT: '1' })?.missing ?? '',
    /^ERROR: BuildKit/,
  );
});
