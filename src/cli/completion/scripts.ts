import type { Shell } from './shells.ts';

/*
 * What was typed reaches the program as arguments, and is never evaluated: a tab behind `$(command)` runs nothing.
 */

const BASH = `# bash completion of fluxblueprint

__fluxblueprint_complete() {
  local IFS=$'\\n' words=() word line i skip glued=0 files=0
  # Bash takes = and : for words of their own.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((\${#words[@]} > 0)) && [[ $glued == 1 || $word == [=:]* ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == *[=:] ]]; then glued=1; else glued=0; fi
  done
  local whole=\${words[\${#words[@]}-1]} typed=\${COMP_WORDS[COMP_CWORD]}
  [[ $typed == [=:] ]] && typed=
  skip=$((\${#whole} - \${#typed}))
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      [[ $line == :0 ]] && files=1
    else
      line=\${line%%$'\\t'*}
      COMPREPLY+=("\${line:skip}")
    fi
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  ((files)) || return 0
  if ((\${#COMPREPLY[@]} > 0)); then
    COMPREPLY+=($(compgen -f -- "$typed"))
  else
    compopt -o default 2>/dev/null
  fi
}

complete -F __fluxblueprint_complete fluxblueprint kubectl-fluxblueprint
`;

const ZSH = `#compdef fluxblueprint kubectl-fluxblueprint
# zsh completion of fluxblueprint

_fluxblueprint() {
  local line tab=$'\\t' files=0
  local -a given lines found
  given=("\${(@Q)words[2,CURRENT]}")
  lines=("\${(@f)$("\${words[1]}" __complete -- "\${given[@]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    if [[ $line == :* ]]; then
      [[ $line == :0 ]] && files=1
    elif [[ $line == *$tab* ]]; then
      found+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
    elif [[ -n $line ]]; then
      found+=("\${line//:/\\\\:}")
    fi
  done
  (( $#found )) && _describe -t fluxblueprint fluxblueprint found
  (( files )) && _files
}

# Found on fpath it is called; read by source it makes itself known.
if [[ $funcstack[1] == _fluxblueprint ]]; then
  _fluxblueprint "$@"
else
  compdef _fluxblueprint fluxblueprint kubectl-fluxblueprint
fi
`;

const FISH = `# fish completion of fluxblueprint

function __fluxblueprint_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] "$typed" 2>/dev/null)
        switch $line
            case ':0'
                __fish_complete_path "$typed"
            case ':*'
            case '*'
                echo $line
        end
    end
end

complete -c fluxblueprint -f -a '(__fluxblueprint_complete)'
complete -c kubectl-fluxblueprint -f -a '(__fluxblueprint_complete)'
`;

const POWERSHELL = `# PowerShell completion of fluxblueprint

Register-ArgumentCompleter -Native -CommandName 'fluxblueprint', 'kubectl-fluxblueprint' -ScriptBlock {
    param($typed, $line, $cursor)
    $elements = @($line.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor })
    $words = @($elements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    # PowerShell before 7.3 passes on no empty argument.
    if ($typed -eq '') { $answer = & "$($elements[0])" __complete --empty -- @words 2>$null }
    else { $answer = & "$($elements[0])" __complete -- @words 2>$null }
    foreach ($one in $answer) {
        if ($one -eq ':0') { [System.Management.Automation.CompletionCompleters]::CompleteFilename($typed) }
        elseif ($one -notlike ':*') {
            $value, $about = $one -split "\`t", 2
            if (-not $about) { $about = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
        }
    }
}
`;

/** The script of each shell, as it is printed. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
