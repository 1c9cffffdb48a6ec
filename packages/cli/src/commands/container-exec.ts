import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { environment } from '../container-options/container-spec.ts';
import type { ParsedFlags } from '../flags/parsed-flags.ts';
import { attachStreams } from '../streams/attached-streams.ts';
import { checkInputTerminal } from '../streams/check-terminal.ts';
import { followTerminalSize } from '../streams/terminal-size.ts';
import { CommandError, ValueError } from '../usage-error.ts';

/** `berth exec`: the exit code is the command's. */
export async function execInContainer(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const { engine, terminal } = context;
  const [name = '', ...command] = args;
  const spec = execSpec(context, flags, command);
  const detached = flags.boolean('detach');
  if (!detached && spec.Tty && spec.AttachStdin && !terminal.inputIsTerminal) {
    await engine.containers.inspect(name);
    checkInputTerminal(terminal, spec.AttachStdin, spec.Tty);
  }
  const { Id: id } = await engine.containers.exec(name, spec);
  const start = {
    Detach: detached,
    Tty: spec.Tty,
    ...(spec.ConsoleSize === undefined ? {} : { ConsoleSize: spec.ConsoleSize }),
  };
  if (detached) {
    await engine.json('POST', `/exec/${id}/start`, { json: start });
    return 0;
  }
  const connection = await engine.hijack('POST', `/exec/${id}/start`, { json: start });
  using _ =
    spec.Tty && terminal.inputIsTerminal
      ? followTerminalSize(terminal, engine, `/exec/${id}`)
      : undefined;
  const end = await attachStreams(terminal, connection, {
    stdin: spec.AttachStdin,
    stdout: true,
    stderr: true,
    tty: spec.Tty,
    detachKeys: spec.DetachKeys,
  });
  if (end === 'detached') throw new CommandError('read escape sequence');
  const { ExitCode } = await engine.exec.inspect(id);
  return ExitCode ?? 0;
}

function execSpec(context: CliContext, flags: ParsedFlags, command: readonly string[]) {
  const attached = !flags.boolean('detach');
  const { rows, columns } = context.terminal.size();
  return {
    User: flags.string('user'),
    Privileged: flags.boolean('privileged'),
    Tty: flags.boolean('tty'),
    ...(flags.boolean('tty') ? { ConsoleSize: [rows, columns] as const } : {}),
    AttachStdin: attached && flags.boolean('interactive'),
    AttachStderr: attached,
    AttachStdout: attached,
    DetachKeys: flags.string('detach-keys') || context.config.detachKeys || '',
    Env: variables(flags),
    WorkingDir: flags.string('workdir'),
    Cmd: command,
  };
}

function variables(flags: ParsedFlags): readonly string[] | null {
  try {
    const pairs = environment(flags);
    return pairs.length === 0 ? null : pairs;
  } catch (error) {
    if (error instanceof ValueError) throw new CommandError(error.message);
    throw error;
  }
}
