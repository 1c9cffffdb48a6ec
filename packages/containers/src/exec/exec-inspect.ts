import { parseDetachKeys } from '../attach/detach-keys.ts';
import type { ExecInspect } from '../container-service.ts';
import type { ExecRecord } from './exec-record.ts';

/** What GET /exec/{id}/json shows. */
export function inspectExec(exec: ExecRecord): ExecInspect {
  const { body, entry, phase } = exec;
  const [entrypoint = '', ...args] = body.Cmd ?? [];
  return {
    ID: exec.id,
    Running: phase === 'running' || phase === 'starting',
    ExitCode: exec.exitCode,
    ProcessConfig: {
      tty: body.Tty === true,
      entrypoint,
      arguments: args,
      privileged: body.Privileged === true,
      ...(body.User ? { user: body.User } : {}),
    },
    OpenStdin: body.AttachStdin === true,
    OpenStderr: body.AttachStderr === true,
    OpenStdout: body.AttachStdout === true,
    CanRemove: phase === 'ended',
    ContainerID: entry.id,
    // Docker shows the bytes of the sequence, as base64.
    DetachKeys: body.DetachKeys
      ? Buffer.from(parseDetachKeys(body.DetachKeys)).toString('base64')
      : '',
    Pid: exec.pid,
  };
}
