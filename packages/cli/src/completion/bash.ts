import { type CompletionWords, listingCommand } from './completion-words.ts';

/** A completion script for bash, one case for each command. */
export function bashCompletion(commands: readonly CompletionWords[]): string {
  const cases = commands.map((command) => {
    const words = command.subcommands.map((child) => child.name);
    const flags = command.flags.flatMap((flag) => [
      `--${flag.name}`,
      ...(flag.short ? [`-${flag.short}`] : []),
    ]);
    const listing = command.completes === undefined ? undefined : listingCommand(command.completes);
    const dynamic = listing === undefined ? '' : ` words="$words $(${listing} 2>/dev/null)"`;
    return `    '${command.path}') words='${words.join(' ')}' flags='${flags.join(' ')}';${dynamic} ;;`;
  });
  const paths = commands.filter((it) => it.path !== '').map((it) => `'${it.path}'`);
  return `# bash completion for berth
_berth() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= word words= flags= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "\${path:+$path }$word" in
      ${paths.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case $path in
${cases.join('\n')}
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    [[ \${#COMPREPLY[@]} -eq 0 ]] && compopt -o default
  fi
}
complete -F _berth berth
`;
}
