/** The completion script of each shell. It calls the program itself, so that new experiments and processes are included. */
const scripts = {
  bash: (name: string, id: string) => `# ${name}: source <(${name} completion bash)
_${id}_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:=] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -F _${id}_complete ${name}
`,
  zsh: (name: string, id: string) => `#compdef ${name}
# ${name}: source <(${name} completion zsh), after compinit
_${id}() {
  local -a described
  local line word files=0
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      word=\${line%%$'\\t'*}
      described+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#described} )) && _describe '${name}' described
  (( files )) && _files
  return 0
}
if [[ \${funcstack[1]} == _${id} ]]; then
  _${id} "$@"
else
  compdef _${id} ${name}
fi
`,
  fish: (name: string, id: string) => `# ${name}: ${name} completion fish | source
function __${id}_complete
    set -l words (commandline -opc)
    for line in ($words[1] __complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c ${name} -f -a '(__${id}_complete)'
`,
} as const;

export type Shell = keyof typeof scripts;
export const shells = Object.keys(scripts) as Shell[];

/** The script that makes a shell complete a program's command line. */
export function completionScript(shell: Shell, program: string): string {
  return scripts[shell](program, program.replaceAll(/\W/g, '_'));
}
