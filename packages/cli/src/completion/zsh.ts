import { type CompletionWords, listingCommand } from './completion-words.ts';

/** A completion script for zsh, with summaries and flag help. */
export function zshCompletion(commands: readonly CompletionWords[]): string {
  const cases = commands.map((command) => {
    const children = command.subcommands.map((child) => quote(`${child.name}:${child.summary}`));
    const flags = command.flags.map((flag) => quote(`--${flag.name}:${flag.help}`));
    const listing = command.completes === undefined ? undefined : listingCommand(command.completes);
    const dynamic =
      listing === undefined ? '' : `\n      names=(\${(f)"$(${listing} 2>/dev/null)"})`;
    return `    ${quote(command.path)})
      children=(${children.join(' ')})
      flags=(${flags.join(' ')})${dynamic} ;;`;
  });
  const paths = commands.filter((it) => it.path !== '').map((it) => quote(it.path));
  return `#compdef berth
_berth() {
  local place= word
  local -a children flags names
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${place:+$place }$word" in
      ${paths.join('|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case $place in
${cases.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe 'option' flags
  else
    (( \${#children} )) && _describe 'command' children
    (( \${#names} )) && compadd -a names
    (( \${#children} + \${#names} )) || _files
  fi
}
compdef _berth berth
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
