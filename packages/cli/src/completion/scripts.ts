/**
 * Completion scripts: each asks `berth __complete` what can stand in place of the word at the cursor, so that all shells
 * offer the same, names of containers and images included.
 */

export const bashScript = String.raw`# bash completion for berth
_berth() {
  local words=() word line value current directive=:end i joined=
  # Bash breaks words at "=" and ":", berth does not.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${'$'}{COMP_WORDS[i]}
    if [[ $joined == yes || $word == [=:]* ]] && ((${'$'}{#words[@]} > 0)); then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == *[=:] ]]; then joined=yes; else joined=; fi
  done
  current=${'$'}{words[-1]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=$line ;;
      *)
        value=${'$'}{line%%$'\t'*}
        COMPREPLY+=("${'$'}{value#"${'$'}{current%"${'$'}{current##*[=:]}"}"}")
        ;;
    esac
  done < <("$1" __complete "${'$'}{words[@]}" 2>/dev/null)
  case $directive in
    :files) compopt -o default ;;
    :open) compopt -o nospace ;;
  esac
}
complete -F _berth berth
`;

export const zshScript = String.raw`#compdef berth
_berth() {
  local -a lines values
  local line directive
  lines=("${'$'}{(@f)$("${'$'}{words[1]}" __complete "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
  directive=${'$'}{lines[-1]}
  for line in "${'$'}{(@)lines[1,-2]}"; do
    values+=("${'$'}{${'$'}{line%%$'\t'*}//:/\\:}:${'$'}{line#*$'\t'}")
  done
  case $directive in
    :files) _files ;;
    :open) _describe 'berth' values -S '' ;;
    *) _describe 'berth' values ;;
  esac
}
compdef _berth berth
`;

export const fishScript = String.raw`# fish completion for berth
function __berth_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l program $words[1]
  set -e words[1]
  for line in ($program __complete $words 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path (commandline -ct)
      case ':*'
      case '*'
        echo $line
    end
  end
end
complete -c berth -f -a '(__berth_complete)'
`;
