import { posix } from 'node:path';
import { engineError } from '@berth/errors';
import type { ImageRunConfig } from '@berth/oci';
import { expandWord, type Lookup } from './expand-word.ts';
import { exposedPorts } from './exposed-ports.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { logicalLines } from './logical-lines.ts';
import { environmentValue, type RunConfigDraft, withVariable } from './run-config-draft.ts';
import { parseExecForm, splitWords } from './split-words.ts';

type Instruction = (draft: RunConfigDraft, argument: string, state: ChangeState) => void;

interface ChangeState {
  commandSet: boolean;
}

const defaultShell = ['/bin/sh', '-c'];

const instructions: Readonly<Record<string, Instruction>> = {
  cmd: (draft, argument, state) => {
    draft.Cmd = commandOf(draft, argument);
    state.commandSet = true;
  },
  entrypoint: (draft, argument, state) => {
    draft.Entrypoint = commandOf(draft, argument);
    // The image's own command was meant for its own entry point.
    if (!state.commandSet) delete draft.Cmd;
  },
  env: (draft, argument) => {
    const lookup = lookupIn(draft);
    for (const [name, value] of namesAndValues('ENV', argument, lookup)) {
      draft.Env = withVariable(draft.Env, name, value);
    }
  },
  expose: (draft, argument) => {
    const words = requireWords('EXPOSE', argument);
    const ports = words.flatMap((word) => exposedPorts(expandWord(word, lookupIn(draft))));
    draft.ExposedPorts = { ...draft.ExposedPorts, ...emptySet(ports) };
  },
  healthcheck: (draft, argument) => {
    draft.Healthcheck = parseHealthcheck(argument);
  },
  label: (draft, argument) => {
    const pairs = namesAndValues('LABEL', argument, lookupIn(draft));
    draft.Labels = { ...draft.Labels, ...Object.fromEntries(pairs) };
  },
  onbuild: (draft, argument) => {
    draft.OnBuild = [...(draft.OnBuild ?? []), triggerOf(argument)];
  },
  shell: (draft, argument) => {
    const shell = parseExecForm(argument);
    if (shell === undefined) throw invalid('SHELL requires the arguments to be in JSON form');
    if (shell.length === 0) throw invalid('SHELL requires at least one argument');
    draft.Shell = shell;
  },
  stopsignal: (draft, argument) => {
    draft.StopSignal = onlyWord('STOPSIGNAL', argument, draft);
  },
  user: (draft, argument) => {
    draft.User = onlyWord('USER', argument, draft);
  },
  volume: (draft, argument) => {
    const paths = parseExecForm(argument) ?? requireWords('VOLUME', argument);
    if (paths.length === 0) throw invalid('VOLUME requires at least one argument');
    const expanded = paths.map((path) => expandWord(path, lookupIn(draft)).trim());
    if (expanded.includes('')) throw invalid('VOLUME specified can not be an empty string');
    draft.Volumes = { ...draft.Volumes, ...emptySet(expanded) };
  },
  workdir: (draft, argument) => {
    const path = expandWord(requireWords('WORKDIR', argument).join(' '), lookupIn(draft));
    draft.WorkingDir = posix.resolve('/', draft.WorkingDir ?? '/', path);
  },
};

/**
 * The configuration after the Dockerfile-style instructions of `--change`, one or several per text.
 * Fails with images.invalid-change and Docker's text.
 */
export function applyChanges(config: ImageRunConfig, changes: readonly string[]): ImageRunConfig {
  const draft: RunConfigDraft = structuredClone(config);
  const state: ChangeState = { commandSet: false };
  for (const line of logicalLines(changes.join('\n'))) {
    const [word = ''] = line.split(/\s/, 1);
    const name = word.toLowerCase();
    const apply = Object.hasOwn(instructions, name) ? instructions[name] : undefined;
    if (apply === undefined) throw invalid(`${name} is not a valid change command`);
    apply(draft, line.slice(word.length).trim(), state);
  }
  return draft;
}

function lookupIn(draft: RunConfigDraft): Lookup {
  return (name) => environmentValue(draft.Env, name);
}

/** Exec form as it is; shell form behind the shell. */
function commandOf(draft: RunConfigDraft, argument: string): string[] {
  const exec = parseExecForm(argument);
  if (exec !== undefined) return exec;
  return argument === '' ? [] : [...(draft.Shell ?? defaultShell), argument];
}

/** `a=1 b="2 3"`, or the old form `a value to the end of the line`. */
function namesAndValues(instruction: string, argument: string, lookup: Lookup) {
  const words = requireWords(instruction, argument);
  const first = words[0] ?? '';
  if (!first.includes('=')) {
    const value = argument.slice(first.length).trim();
    if (value === '') throw invalid(`${instruction} must have two arguments`);
    return [[expandWord(first, lookup), expandWord(value, lookup)] as const];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) {
      throw invalid(
        `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
      );
    }
    const name = expandWord(word.slice(0, equals), lookup);
    if (name === '') throw invalid(`${instruction} names can not be blank`);
    return [name, expandWord(word.slice(equals + 1), lookup)] as const;
  });
}

function requireWords(instruction: string, argument: string): string[] {
  const words = splitWords(argument);
  if (words.length === 0) {
    throw invalid(
      instruction === 'WORKDIR'
        ? 'WORKDIR requires exactly one argument'
        : `${instruction} requires at least one argument`,
    );
  }
  return words;
}

function onlyWord(instruction: string, argument: string, draft: RunConfigDraft): string {
  const words = splitWords(argument);
  if (words.length !== 1) throw invalid(`${instruction} requires exactly one argument`);
  return expandWord(words[0]!, lookupIn(draft));
}

function triggerOf(argument: string): string {
  const [word = ''] = argument.split(/\s/, 1);
  switch (word.toUpperCase()) {
    case '':
      throw invalid('ONBUILD requires at least one argument');
    case 'ONBUILD':
      throw invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    case 'MAINTAINER':
    case 'FROM':
      throw invalid(`${word.toUpperCase()} isn't allowed as an ONBUILD trigger`);
    default:
      return argument;
  }
}

function emptySet(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}

function invalid(reason: string): Error {
  return engineError('images.invalid-change', { reason });
}
