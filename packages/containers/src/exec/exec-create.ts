import { engineError } from '@berth/errors';
import { parseDetachKeys } from '../attach/detach-keys.ts';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { publishContainerEvent } from '../container-events.ts';
import type { ExecCreateBody } from '../container-service.ts';
import { verdictOf } from '../container-state.ts';

/** Registers an exec; nothing runs yet. */
export function createExec(
  context: ContainerContext,
  name: string,
  body: ExecCreateBody,
): { readonly Id: string } {
  const entry = context.store.find(name);
  requireExecutable(entry, name);
  const command = body.Cmd ?? [];
  if (command.length === 0) throw engineError('containers.exec-no-command', {});
  for (const text of [...command, ...(body.Env ?? []), body.WorkingDir ?? '', body.User ?? '']) {
    if (text.includes('\0')) {
      throw engineError('containers.invalid-config', {
        reason: 'a text must not contain a NUL byte',
      });
    }
  }
  parseDetachKeys(body.DetachKeys);
  const id = context.ids.next();
  context.execs.add({ id, entry, body, phase: 'created', pid: 0, exitCode: null });
  publishContainerEvent(context, entry.record, `exec_create: ${execWords(command)}`, {
    execID: id,
  });
  return { Id: id };
}

/** The command as Docker's events have it: a blank follows the program also when nothing else does. */
export function execWords([program = '', ...args]: readonly string[]): string {
  return `${program} ${args.join(' ')}`;
}

/** Fails with Docker's texts when the container cannot run execs now. */
export function requireExecutable(entry: ContainerEntry, name = entry.id): void {
  const verdict = verdictOf('exec', entry.state);
  if (verdict === 'proceed') return;
  // Docker names a paused container as the client did, any other by its ID.
  const id = verdict === 'containers.exec-paused' ? name : entry.id;
  throw engineError(verdict as 'containers.not-running', { id });
}
