import { type CompletionWords, listingCommand } from './completion-words.ts';

/** A completion script for fish. */
export function fishCompletion(commands: readonly CompletionWords[]): string {
  const lines = commands.flatMap((command) => {
    const condition = conditionFor(command);
    const words = command.subcommands.map(
      (child) =>
        `complete -c berth -n ${condition} -f -a ${quote(child.name)} -d ${quote(child.summary)}`,
    );
    const flags = command.flags.map((flag) => {
      const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
      const value = flag.takesValue ? ' -r' : '';
      const choices = flag.choices.length === 0 ? '' : ` -a ${quote(flag.choices.join(' '))}`;
      return `complete -c berth -n ${condition} -l ${flag.name}${short}${value}${choices} -d ${quote(flag.help)}`;
    });
    const listing = command.completes === undefined ? undefined : listingCommand(command.completes);
    const names =
      listing === undefined
        ? []
        : [`complete -c berth -n ${condition} -f -a ${quote(`(${listing} 2>/dev/null)`)}`];
    return [...words, ...flags, ...names];
  });
  return `# fish completion for berth\n${lines.join('\n')}\n`;
}

function conditionFor({ path }: CompletionWords): string {
  if (path === '') return '__fish_use_subcommand';
  return quote(
    path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and '),
  );
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
