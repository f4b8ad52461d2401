/** Kubernetes' expansion of commands and variables, after its third_party/forked/golang/expansion. */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  let result = '';
  let checkpoint = 0;
  for (let cursor = 0; cursor < text.length; cursor++) {
    if (text[cursor] !== '$' || cursor + 1 >= text.length) continue;
    result += text.slice(checkpoint, cursor);
    const [read, isVariable, advance] = readName(text.slice(cursor + 1));
    result += isVariable ? (variables[read] ?? `$(${read})`) : read;
    cursor += advance;
    checkpoint = cursor + 1;
  }
  return result + text.slice(checkpoint);
}

function readName(text: string): [string, boolean, number] {
  if (text[0] === '$') return ['$', false, 1];
  if (text[0] !== '(') return [`$${text[0]}`, false, 1];
  const end = text.indexOf(')');
  return end < 0 ? ['$(', false, 1] : [text.slice(1, end), true, end + 1];
}
