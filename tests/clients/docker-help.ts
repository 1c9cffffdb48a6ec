import { runCommand } from '@berth/testing';

/** One command as the help of the stock client shows it. */
export interface DockerCommand {
  /** The words behind `docker`; empty for the program itself. */
  readonly path: string;
  readonly usage: string;
  readonly subcommands: readonly string[];
  /** `-s, --long type` as printed. */
  readonly flags: readonly string[];
}

/** Reads the help of a command and of all below it. */
export async function dockerCommands(words: readonly string[] = []): Promise<DockerCommand[]> {
  const { stdout } = await runCommand('docker', [...words, '--help']);
  const own = parseHelp(words.join(' '), stdout);
  const below: DockerCommand[] = [];
  for (const name of own.subcommands) below.push(...(await dockerCommands([...words, name])));
  return [own, ...below];
}

function parseHelp(path: string, text: string): DockerCommand {
  const subcommands: string[] = [];
  const flags: string[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    if (/^\S.*:$/.test(line)) section = line;
    const command = /^ {2}([a-z][a-z-]*)\*? +\S/.exec(line)?.[1];
    if (/Commands:$/.test(section) && command !== undefined) subcommands.push(command);
    const flag = /^ {2}(-\w, | {4})--([a-z0-9-]+)( [a-zA-Z0-9]+)?(?: {2,}|$)/.exec(line);
    if (/Options:$/.test(section) && flag !== null) {
      flags.push(`${flag[1]?.trim() ? `${flag[1]?.trim()} ` : ''}--${flag[2]}${flag[3] ?? ''}`);
    }
  }
  return { path, usage: /^Usage: +(.*)$/m.exec(text)?.[1] ?? '', subcommands, flags };
}
